import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine } from './commandLine.js';
import { type Journey, measured } from './journey.js';
import { shortExperiment } from './shortExperiment.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

/** Runs of the command line appear by themselves; what they learned is looked at in every view. */
export function threeViews({ workbench, watch, pictures, workspace, thorough }: TourContext): Journey {
  const { panel } = workbench;
  const name = thorough ? 'mnist-quick' : 'mnist-short';
  const open = async (name: string) => {
    await workbench.tab(name).click();
    await waitFor(
      `${name} is chosen`,
      async () => (await workbench.tab(name).getAttribute('aria-selected')) === 'true',
    );
  };
  return {
    title: 'the three views',
    steps: [
      {
        title: 'runs of the command line appear by themselves',
        take: async () => {
          const file = join(workspace, `${name}.distill.json`);
          if (thorough) await copyFile(`examples/${name}.distill.json`, file);
          else await writeFile(file, JSON.stringify(shortExperiment, null, 2));
          const began = Date.now();
          const ended = commandLine(['run', file], { cwd: workspace });
          await workbench.showExperiments();
          await workbench.unfold(new RegExp(`^Experiment ${name}.*\\d runs?$`));
          await ended;
          measured(`a teacher and two students after ${Math.round((Date.now() - began) / 1000)} s`);
          await workbench.row(/^student.*finished/).waitFor();
        },
      },
      {
        title: 'a student opens from the tree, with its teacher and its baseline',
        take: async () => {
          await workbench.openRow(/^student.*finished/);
          await open('Curves');
          await panel.locator('.curves-large canvas').first().waitFor();
        },
      },
      {
        title: 'the temperature slider changes the soft labels',
        take: async () => {
          await open('Soft labels');
          const numbers = panel.locator('.sl-bar-number');
          await numbers.first().waitFor();
          const before = await numbers.allTextContents();
          const slider = panel.getByRole('slider', { name: /^Temperature/ });
          await slider.focus();
          for (let i = 0; i < 5; i++) await slider.press('PageUp');
          await waitFor('other numbers', async () => (await numbers.allTextContents()).join() !== before.join());
        },
      },
      {
        title: 'a cell of the confusion matrix opens its pictures',
        take: async () => {
          await open('Confusion');
          const cells = panel.locator('figure.matrix table td').filter({ hasText: /[1-9]/ });
          await cells.first().waitFor();
          await cells.nth(1).click();
          await panel.locator('.drawer').waitFor();
          await panel.locator('.drawer').locator('canvas, img').first().waitFor();
        },
      },
      {
        title: 'the details name what was run',
        take: async () => {
          await open('Details');
          await panel.getByText('temperature', { exact: false }).first().waitFor();
        },
      },
      {
        title: 'two runs are compared',
        take: async () => {
          await workbench.row(/^baseline.*finished/).click();
          await workbench.row(/^student.*finished/).click({ modifiers: ['Control'] });
          await workbench.contextMenu(workbench.row(/^student.*finished/), /^Compare/);
          await workbench.page
            .locator('.tab')
            .filter({ hasText: /^Compare|baseline.*student|2 runs/ })
            .waitFor();
          await workbench.tab('Curves').click();
          await waitFor(
            'both in the legend',
            async () =>
              (await panel
                .locator('.curves')
                .getByText(/baseline|student/)
                .count()) >= 2,
          );
        },
      },
      {
        title: 'after a reload of the window both tabs are back, also the one that was not looked at',
        take: async () => {
          const student = /^student · T [\d.]+ · α [\d.]+ · seed 0$/;
          await workbench.editorTab(student).waitFor();
          await workbench.reload();
          await workbench.editorTab(/^Compare 2 runs$/, { active: true }).waitFor();
          await workbench.tab('Curves').waitFor();
          await waitFor(
            'both in the legend',
            async () => (await panel.locator('.curves-legend tbody tr').count()) >= 2,
          );
          // An editor that was not looked at yet goes by the folder of its run.
          await workbench.editorTab(/student-t/).click();
          await workbench.editorTab(student, { active: true }).waitFor();
          await panel.getByRole('status').filter({ hasText: 'Finished' }).waitFor();
          await open('Curves');
          await waitFor(
            'three in the legend',
            async () => (await panel.locator('.curves-legend tbody tr').count()) === 3,
          );
          await pictures.take('after-reload');
        },
      },
      { title: 'nothing complains in the console', take: () => watch.check() },
    ],
  };
}
