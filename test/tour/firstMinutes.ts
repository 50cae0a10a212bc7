import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journey } from './journey.js';
import { promised } from './journey.js';
import { medianLag, paintedOf } from './paintLag.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

/** What is promised of the sample, in milliseconds; a busy machine may miss it, so it is said and only checked widely. */
const firstPointAim = 10_000;
const sampleAim = 60_000;
const paintAim = 500;
const activationAim = 50;
const slack = 6;

/** From a fresh install to a curve that grows. */
export function firstMinutes({ workbench, watch, pictures, workspace }: TourContext): Journey {
  let asked = 0;
  return {
    title: 'the first minutes',
    steps: [
      {
        title: 'an empty window says how to begin',
        take: async () => {
          await workbench.showExperiments();
          await workbench.page.getByRole('button', { name: 'Run Sample Experiment' }).waitFor();
          await pictures.take('welcome');
        },
      },
      {
        title: 'the palette offers only what applies while there are no runs',
        take: async () => {
          const offered = await workbench.offered('Distillery: ');
          for (const title of ['New Experiment…', 'Run Sample Experiment']) {
            if (!offered.includes(`Distillery: ${title}`))
              throw new Error(`${title} is missing among ${offered.join(', ')}`);
          }
          for (const title of ['Run Experiment', 'Stop Run', 'Resume Run', 'Open Run', 'Compare Runs', 'Delete Run']) {
            if (offered.includes(`Distillery: ${title}`)) throw new Error(`${title} is offered without runs.`);
          }
        },
      },
      {
        title: 'the editor says how long the extension took to activate',
        take: async () => {
          await workbench.command('Developer: Show Running Extensions');
          const row = workbench.page.locator('.runtime-extensions-editor .extension').filter({ hasText: 'Distillery' });
          const list = workbench.page.locator('.runtime-extensions-editor .monaco-list').first();
          // The slowest come first, and rows are there only where they can be seen.
          await waitFor('the row of the extension', async () => {
            if (await row.isVisible()) return true;
            await list.hover();
            await workbench.page.mouse.wheel(0, 250);
            return false;
          });
          const text = (await row.textContent()) ?? '';
          const milliseconds = Number(/(\d+)\s*ms/.exec(text)?.[1] ?? Number.NaN);
          if (Number.isNaN(milliseconds)) throw new Error(`It does not say: ${text}`);
          // Reading the file takes most of it the first time, and as long as the disk likes.
          promised('activated in', { milliseconds, aim: activationAim, most: activationAim * slack * 4 });
          await workbench.closeDialog();
        },
      },
      {
        title: 'the sample runs, and its first point is on the screen',
        take: async () => {
          asked = Date.now();
          await workbench.command('Distillery: Run Sample Experiment');
          await waitFor(
            'a point of a curve',
            async () => (await paintedOf(workbench.panel).catch(() => [])).length > 0,
          );
          const milliseconds = Date.now() - asked;
          promised('first point after', { milliseconds, aim: firstPointAim, most: firstPointAim * slack });
        },
      },
      {
        title: 'the tree shows the experiment and its teacher at work',
        take: async () => {
          await workbench.showExperiments();
          await workbench.unfold(/^Experiment mnist-sample.*\d runs?$/);
          await workbench.row(/^teacher.*running/).waitFor();
        },
      },
      {
        title: 'the curves grow while it trains',
        take: async () => {
          const { length } = await paintedOf(workbench.panel);
          await waitFor('new points', async () => (await paintedOf(workbench.panel)).length >= length + 12);
          const lag = medianLag(await paintedOf(workbench.panel), { since: asked });
          if (lag === null) throw new Error('Nothing was painted.');
          promised('from log to paint, median,', { milliseconds: lag, aim: paintAim, most: paintAim * slack });
          await pictures.take('sample-training');
        },
      },
      {
        title: 'the sample ends with the student, beside the others in the one tab that was opened',
        take: async () => {
          await workbench.row(/^student.*finished/).waitFor({ timeout: sampleAim * slack * slack });
          const milliseconds = Date.now() - asked;
          promised('the sample ended after', { milliseconds, aim: sampleAim, most: sampleAim * slack });
          await workbench.editorTab(/^Compare 3 runs/, { active: true }).waitFor();
          const tabs = await workbench.page.locator('.tabs-container .tab').allTextContents();
          if (tabs.length !== 1) throw new Error(`There are the tabs ${tabs.join(', ')}.`);
          await workbench
            .toast(/student (better|worse) than its baseline|student and its baseline cannot be told apart/)
            .waitFor();
          await pictures.take('sample-finished');
        },
      },
      {
        title: 'runs whose folders were taken away leave the tree',
        take: async () => {
          await workbench.clearToasts();
          await workbench.closeEditors();
          await rm(join(workspace, '.distillery/runs'), { recursive: true });
          await waitFor('no run is left', async () => (await workbench.row(/^student|^teacher/).count()) === 0);
        },
      },
      {
        title: 'nothing complains in the console',
        take: () => watch.check(),
      },
    ],
  };
}
