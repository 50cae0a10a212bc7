import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Journey } from './journey.js';
import { shortExperiment } from './shortExperiment.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

/** Experiments that fail at once, with their reason and what helps. */
export function failing({ workbench, pictures, workspace }: TourContext): Journey {
  const begin = async (name: string, experiment: object): Promise<void> => {
    await writeFile(join(workspace, `${name}.distill.json`), JSON.stringify({ ...experiment, name }, null, 2));
    await workbench.showExperiments();
    // The comma ends the name: `cifar` is also how `cifar10-vit-resnet34` begins.
    const row = workbench.row(new RegExp(`^Experiment ${name},`));
    await row.waitFor();
    await workbench.closeEditors();
    await workbench.contextMenu(row, /^Run Experiment/);
  };
  const { teacher, student, distill } = shortExperiment;
  const family = { teacher, student, distill };
  return {
    title: 'what fails at once',
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
          // What is filled in earlier, the dialog puts behind the folder that it begins in.
          await waitFor(
            'the dialog begins in the workspace',
            async () => (await input.inputValue()) === `${workspace}/`,
          );
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
    ],
  };
}
