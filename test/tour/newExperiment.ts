import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'jsonc-parser';
import type { Journey } from './journey.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

/** Experiments begun from templates, through the file dialog that VS Code draws itself where it runs on another machine. */
export function newExperiment({ workbench, watch, pictures, workspace }: TourContext): Journey {
  const { page } = workbench;
  const input = page.locator('.quick-input-widget:visible input[type=text]');
  const places = join(workspace, 'new');

  /** Chooses a template, and waits for the dialog. */
  const begin = async (template: RegExp): Promise<void> => {
    await workbench.command('Distillery: New Experiment…');
    await workbench.choose(template);
    await waitFor('the file dialog', async () => (await input.inputValue().catch(() => '')).includes('.distill.json'));
  };
  const accept = async (path: string | null): Promise<void> => {
    if (path !== null) await input.fill(path);
    // The dialog looks at the folder before it takes an answer.
    await waitFor('the dialog is closed', async () => {
      if (!(await input.isVisible())) return true;
      if (await workbench.dialogButton('Replace').isVisible()) return true;
      await page.keyboard.press('Enter');
      await page.waitForTimeout(500);
      return false;
    });
  };
  /** There is one experiment of this name, which says its name inside, and it is open. */
  const isThere = async (file: string): Promise<void> => {
    await workbench.editorTab(new RegExp(`^${basename(file).replaceAll('.', '\\.')}$`), { active: true }).waitFor();
    const { name } = parse(await readFile(file, 'utf8'), [], { allowTrailingComma: true }) as { name: string };
    if (name !== basename(file, '.distill.json')) throw new Error(`${file} is called ${name} inside.`);
  };

  return {
    title: 'a new experiment',
    steps: [
      {
        title: 'the name that is suggested is taken as it is, for every template',
        take: async () => {
          await workbench.command('Distillery: New Experiment…');
          const labels = page.locator('.quick-input-widget:visible .quick-input-list .label-name');
          // Before, these are still the rows of the palette.
          await labels
            .filter({ hasText: /^MNIST$/ })
            .first()
            .waitFor();
          const templates = new Set(await labels.allTextContents());
          await page.keyboard.press('Escape');
          for (const template of templates) {
            await begin(new RegExp(`^${template.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
            const suggested = await input.inputValue();
            if (suggested.endsWith('/mnist.distill.json')) await pictures.take('new-experiment-dialog');
            await accept(null);
            await isThere(suggested);
          }
          const doubled = (await readdir(workspace)).filter((name) => /\.json\..*\.json$/.test(name));
          if (doubled.length > 0) throw new Error(`There are ${doubled.join(', ')}.`);
        },
      },
      {
        title: 'a name with and without the ending means the same file, in another folder too',
        take: async () => {
          await mkdir(places);
          for (const [typed, file] of [
            ['one', 'one.distill.json'],
            ['two.distill.json', 'two.distill.json'],
            ['three.json', 'three.distill.json'],
          ] as const) {
            await begin(/^MNIST$/);
            await accept(join(places, typed));
            await isThere(join(places, file));
          }
          const names = (await readdir(places)).sort().join(', ');
          if (names !== 'one.distill.json, three.distill.json, two.distill.json') throw new Error(names);
        },
      },
      {
        title: 'a file that is there is replaced after a question only',
        take: async () => {
          const file = join(places, 'kept.distill.json');
          await writeFile(file, '{}');
          await begin(/^MNIST$/);
          await accept(join(places, 'kept.json'));
          await workbench.dialogButton('Replace').waitFor();
          await pictures.take('new-experiment-replace');
          await workbench.dialogButton('Cancel').click();
          if ((await readFile(file, 'utf8')) !== '{}') throw new Error('It was replaced without leave.');
          await begin(/^MNIST$/);
          await accept(join(places, 'kept.json'));
          await workbench.dialogButton('Replace').click();
          await isThere(file);
          await workbench.closeEditors();
        },
      },
      { title: 'nothing complains in the console', take: () => watch.check() },
    ],
  };
}
