import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine } from './commandLine.js';
import type { Journey } from './journey.js';
import { sweptExperiment } from './sweptExperiment.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

/** A sweep of which a part was trained becomes a map; what is missing is run from it. Then a teacher from a file. */
export function temperatureMap({ workbench, watch, pictures, workspace }: TourContext): Journey {
  const { panel, page } = workbench;
  const runOf = (name: RegExp) => panel.getByRole('button', { name });
  const swept = join(workspace, 'mnist-swept.distill.json');
  return {
    title: 'the map over T and α',
    steps: [
      {
        title: 'two students of a sweep are compared, and laid out as a map',
        take: async () => {
          await workbench.clearToasts();
          await workbench.closeEditors();
          await writeFile(swept, JSON.stringify(sweptExperiment, null, 2));
          const only = ['student t2 a0.9 s0', 'student t4 a0.5 s0', 'baseline'].flatMap((key) => ['--only', key]);
          await commandLine(['run', swept, ...only], { cwd: workspace });
          await workbench.showExperiments();
          await workbench.unfold(/^Experiment mnist-swept.*4 runs$/);
          await workbench.row(/^student.*T 2\b.*finished/).click();
          await workbench.row(/^student.*T 4\b.*finished/).click({ modifiers: ['Control'] });
          await workbench.contextMenu(workbench.row(/^student.*T 4\b.*finished/), /^Compare/);
          await workbench.editorTab(/^Compare 2 runs$/, { active: true }).waitFor();
          await workbench.tab('T × α').click();
          await runOf(/^Run student t8 a0.9 s0/).waitFor();
          await pictures.take('map-before');
        },
      },
      {
        title: 'an empty place is run from there, and has its number',
        take: async () => {
          await runOf(/^Run student t8 a0.9 s0/).click();
          // Another is asked for at once: it waits for the first.
          await runOf(/^Run student t2 a0.5 s0/).click();
          await workbench.editorTab(/^Compare 4 runs$/, { active: true }).waitFor();
          await waitFor('both have numbers', async () => (await panel.locator('.sweep-result').count()) === 4);
          if ((await runOf(/^Run student t8 a0.9/).count()) > 0) throw new Error('What was run is offered again.');
          for (const theme of ['Light Modern', 'Dark High Contrast', 'Dark Modern']) {
            await workbench.theme(theme);
            await panel.locator('.sweep-result').first().waitFor();
            await pictures.take(`map-${theme.toLowerCase().replaceAll(' ', '-')}`);
          }
        },
      },
      {
        title: 'the map is kept over a reload, with the runs that were added',
        take: async () => {
          await workbench.reload();
          await workbench.editorTab(/^Compare 4 runs$/, { active: true }).waitFor();
          await waitFor('four numbers', async () => (await panel.locator('.sweep-result').count()) === 4);
          await workbench.closeEditors();
        },
      },
      {
        title: 'a student of a teacher from a file names the file',
        take: async () => {
          const runs = await readdir(join(workspace, '.distillery/runs'));
          const teacher = runs.find((id) => id.includes('-teacher-'));
          if (teacher === undefined) throw new Error(`No teacher is among ${runs.join(', ')}.`);
          await commandLine(['export', teacher, '--format', 'onnx', '--out', 'old-teacher.onnx'], { cwd: workspace });
          const file = join(workspace, 'mnist-onnx.distill.json');
          const ofFile = {
            ...sweptExperiment,
            name: 'MNIST from ONNX',
            teacher: { model: { kind: 'onnx', file: 'old-teacher.onnx' } },
            sweep: {},
          };
          await writeFile(file, JSON.stringify(ofFile, null, 2));
          await commandLine(['run', file], { cwd: workspace });
          await workbench.showExperiments();
          await workbench.unfold(/^Experiment mnist-onnx.*\d runs?$/);
          await workbench.openRow(/^student.*T 4\b.*α 0\.9.*finished/);
          await panel.getByRole('button', { name: 'teacher old-teacher.onnx' }).waitFor();
          await pictures.take('teacher-from-file');
          await workbench.closeEditors();
          await page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
        },
      },
      { title: 'nothing complains in the console', take: () => watch.check() },
    ],
  };
}
