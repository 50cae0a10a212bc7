import type { Journey } from './journey.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

const themes = [
  { name: 'light', theme: 'Light Modern', kind: 'vscode-light' },
  { name: 'dark', theme: 'Dark Modern', kind: 'vscode-dark' },
  { name: 'high-contrast', theme: 'Dark High Contrast', kind: 'vscode-high-contrast' },
] as const;

const views = [
  { name: 'curves', tab: 'Curves', drawn: '.curves-large canvas' },
  { name: 'soft-labels', tab: 'Soft labels', drawn: '.sl-bar-number' },
  { name: 'confusion', tab: 'Confusion', drawn: 'figure.matrix' },
  { name: 'details', tab: 'Details', drawn: 'table, dl' },
] as const;

/** Pictures of every view in every theme, and narrow. Begins with finished runs in the tree. */
export function everyLook({ workbench, watch, pictures }: TourContext): Journey {
  const { panel, page } = workbench;
  const show = async ({ tab, drawn }: (typeof views)[number]) => {
    await workbench.tab(tab).click();
    await panel.locator(drawn).first().waitFor();
    // What was asked for arrives, is drawn, and is on the screen two frames later.
    await page.waitForLoadState('networkidle');
    await panel
      .locator('body')
      .evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  };
  return {
    title: 'every look',
    steps: [
      {
        title: 'a student is open',
        take: async () => {
          await workbench.clearToasts();
          await workbench.closeEditors();
          await workbench.showExperiments();
          await workbench.row(/^student.*finished/).dblclick();
          await workbench.tab('Curves').waitFor();
        },
      },
      ...themes.map(({ name, theme, kind }) => ({
        title: `${name}: every view`,
        take: async () => {
          await workbench.theme(theme);
          await waitFor(`the theme ${theme}`, async () =>
            ((await panel.locator('body').getAttribute('class')) ?? '').split(' ').includes(kind),
          );
          for (const view of views) {
            await show(view);
            await pictures.take(`${view.name}-${name}`);
          }
        },
      })),
      {
        title: 'narrow: every view at 300 px',
        take: async () => {
          await workbench.theme('Dark Modern');
          await workbench.command('View: Toggle Primary Side Bar Visibility');
          const size = page.viewportSize();
          await page.setViewportSize({ width: 348, height: 1000 });
          for (const view of views) {
            await show(view);
            await pictures.take(`${view.name}-narrow`);
            const beyond = await panel.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth);
            if (beyond > 1) throw new Error(`${view.name} is ${beyond} px wider than its window.`);
          }
          if (size !== null) await page.setViewportSize(size);
          await workbench.command('View: Toggle Primary Side Bar Visibility');
        },
      },
      {
        title: 'the walkthrough opens',
        take: async () => {
          await workbench.closeEditors();
          await workbench.command('Welcome: Open Walkthrough...');
          await workbench.choose(/Distillery/);
          await page.locator('.gettingStartedContainer').getByText('Distillery').first().waitFor();
          await pictures.take('walkthrough');
          await workbench.closeEditors();
        },
      },
      { title: 'nothing complains in the console', take: () => watch.check() },
    ],
  };
}
