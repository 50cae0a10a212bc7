import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Journey } from './journey.js';
import { shortExperiment } from './shortExperiment.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

/** Experiments that fail at once, with their reason and what helps; and runs whose experiment lies elsewhere now. */
export function failing({ workbench, watch, pictures, workspace }: TourContext): Journey {
  const run = async (name: string): Promise<void> => {
    await workbench.contextMenu(workbench.row(new RegExp(`^Experiment ${name}`)), /^Run( Experiment)?$/);
  };
  const begin = async (name: string, experiment: object): Promise<void> => {
    await writeFile(join(workspace, `${name}.distill.json`), JSON.stringify({ name, ...experiment }, null, 2));
    await workbench.showExperiments();
    await workbench.row(new RegExp(`^Experiment ${name}`)).waitFor();
    await workbench.closeEditors();
    await run(name);
  };
  const { data, ...family } = shortExperiment;
  const tiny = { ...family, data: { ...data, limit: { train: 500, test: 200 } } };
  return {
    title: 'what fails and what moves',
    steps: [
      {
        title: 'a data set that is not there is said once, and fetched by a button',
        take: async () => {
          await workbench.clearToasts();
          await begin('cifar', { ...family, data: { dataset: 'cifar10' } });
          const toast = workbench.toast(/cifar10.*Fetch it/);
          await toast.waitFor();
          await workbench.row(/^Experiment cifar, failed: /).waitFor();
          await pictures.take('failed-cifar');
          await toast.getByRole('button', { name: 'Fetch CIFAR-10…' }).click();
          await workbench.page.locator('.quick-input-widget:visible').getByText('Download').first().waitFor();
          await workbench.page.keyboard.press('Escape');
          await workbench.clearToasts();
        },
      },
      {
        title: 'a folder that is not there is located, and written into the experiment',
        take: async () => {
          await begin('folder', { ...family, data: { dataset: 'images', folder: 'not-there' } });
          const toast = workbench.toast(/folder.*not-there/);
          await toast.waitFor();
          await pictures.take('failed-folder');
          await toast.getByRole('button', { name: 'Locate…' }).click();
          const input = workbench.page.locator('.quick-input-widget:visible input[type=text]');
          await input.fill(`${dirname(workspace)}/`);
          await workbench.page.waitForTimeout(1000);
          await workbench.page
            .locator('.quick-input-widget:visible')
            .getByText('Locate', { exact: true })
            .last()
            .click();
          await workbench.toast(/data\.folder is “\.\.” now/).waitFor();
          await pictures.take('located-folder');
          await workbench.page.keyboard.press('Control+s');
          await waitFor('it is saved', async () =>
            (await readFile(join(workspace, 'folder.distill.json'), 'utf8')).includes('"folder": ".."'),
          );
          await workbench.clearToasts();
        },
      },
      {
        title: 'settings that cannot work are said in the panel too, with the way to them',
        take: async () => {
          const train = { epochs: 2, optimizer: { kind: 'sgd', learningRate: 1e30 } };
          await begin('diverges', { ...tiny, teacher: { ...family.teacher, train } });
          const toast = workbench.toast(/diverges: teacher · seed 0 failed/);
          await toast.waitFor();
          await toast.getByRole('button', { name: 'Open Run' }).click();
          await workbench.panel.getByRole('button', { name: 'Open Experiment' }).waitFor();
          await pictures.take('failed-in-the-panel');
          await workbench.clearToasts();
          await workbench.closeEditors();
        },
      },
      {
        title: 'an experiment that was renamed keeps its runs, and one that was lost is located',
        take: async () => {
          await begin('moves', tiny);
          await workbench
            .toast(/^.*moves: teacher/)
            .first()
            .waitFor();
          await workbench.clearToasts();
          await rename(join(workspace, 'moves.distill.json'), join(workspace, 'moved.distill.json'));
          await workbench.row(/^Experiment moved, 3 runs$/).waitFor();
          // Another name, other runs: nothing tells that they belong together.
          const lost = { ...tiny, name: 'other', seeds: [7] };
          await rename(join(workspace, 'moved.distill.json'), join(workspace, 'moved.txt'));
          await writeFile(join(workspace, 'other.distill.json'), JSON.stringify(lost, null, 2));
          const gone = workbench.row(/^Experiment moves, file is gone/);
          await gone.waitFor();
          await pictures.take('lost-experiment');
          await workbench.contextMenu(gone, /^Locate Experiment/);
          await workbench.choose('other');
          await workbench.row(/^Experiment other, 3 runs$/).waitFor();
          await pictures.take('located-experiment');
        },
      },
      {
        title: 'what takes room is shown, to be deleted',
        take: async () => {
          await workbench.command('Distillery: Free Space…');
          const pick = workbench.page.locator('.quick-input-widget:visible');
          await pick.getByPlaceholder(/free on this disk/).waitFor();
          await workbench.page.locator('.quick-input-widget:visible .label-name').first().waitFor();
          await pictures.take('free-space');
          await workbench.page.keyboard.press('Escape');
        },
      },
      { title: 'nothing complains in the console', take: () => watch.check() },
    ],
  };
}
