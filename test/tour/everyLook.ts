import type { Journey } from './journey.js';
import { panelViews, type PanelView } from './panelViews.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

const themes = [
  { name: 'light', theme: 'Light Modern', kind: 'vscode-light' },
  { name: 'dark', theme: 'Dark Modern', kind: 'vscode-dark' },
  { name: 'high-contrast', theme: 'Dark High Contrast', kind: 'vscode-high-contrast' },
] as const;

/** Pictures of every view in every theme, and narrow. Begins with finished runs in the tree. */
export function everyLook({ workbench, watch, pictures }: TourContext): Journey {
  const { panel, page } = workbench;
  const show = async ({ tab, drawn }: PanelView) => {
    await workbench.tab(tab).click();
    await panel.locator(drawn).first().waitFor();
    await waitFor(`${tab} is drawn`, () => panel.locator('body').evaluate(isDrawn));
  };
  /** Moves the keyboard to what has a name, as Tab does: only then is it framed. */
  const focus = async (role: 'slider' | 'tab' | 'button', name: RegExp) => {
    const target = panel.getByRole(role, { name }).first();
    await target.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await waitFor(`${String(name)} is framed`, () =>
      target.evaluate((element) => (element.shadowRoot?.activeElement ?? element).matches(':focus-visible')),
    );
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
          await workbench.openRow(/^student.*finished/);
        },
      },
      ...themes.map(({ name, theme, kind }) => ({
        title: `${name}: every view`,
        take: async () => {
          await workbench.theme(theme);
          await waitFor(`the theme ${theme}`, async () =>
            ((await panel.locator('body').getAttribute('class')) ?? '').split(' ').includes(kind),
          );
          for (const view of panelViews) {
            await show(view);
            await pictures.take(`${view.name}-${name}`);
          }
          await workbench.tab('Soft labels').click();
          const dark = panel.getByRole('region', { name: 'Dark knowledge', exact: true });
          await panel.getByRole('heading', { name: /^Similarity of teacher and student by class/ }).waitFor();
          await dark.scrollIntoViewIfNeeded();
          await dark.getByRole('application', { name: /^difference/ }).focus();
          await dark.evaluate((element) => element.scrollIntoView({ block: 'start' }));
          await pictures.take(`dark-knowledge-${name}`);
          await panel.getByRole('application', { name: /^Reliability of the student/ }).focus();
          await panel.getByRole('region', { name: 'Calibration' }).scrollIntoViewIfNeeded();
          await page.keyboard.press('ArrowLeft');
          await panel
            .getByRole('region', { name: 'Calibration' })
            .getByText(/^confidence/)
            .last()
            .waitFor();
          await pictures.take(`calibration-${name}`);
          await focus('slider', /^Temperature/);
          await pictures.take(`focus-slider-${name}`);
          await workbench.tab('Confusion').click();
          await panel.locator('figure.matrix').first().waitFor();
          await focus('button', /^(Show the same as a table|Table)/);
          await pictures.take(`focus-button-${name}`);
        },
      })),
      {
        title: 'the tree is filtered, and shows who learned from whom',
        take: async () => {
          await workbench.showExperiments();
          await workbench.command('Distillery: Group by Teacher');
          await workbench.unfold(/^teacher.*finished/);
          await workbench.row(/^student.*finished/).waitFor();
          await pictures.take('tree-lineage');
          await workbench.command('Distillery: Group by Teacher');
          await workbench.command('Distillery: Filter Runs…');
          await page.locator('.quick-input-widget:visible input[type=text]').fill('baseline finished');
          await page.keyboard.press('Enter');
          await waitFor('no student', async () => (await workbench.row(/^student/).count()) === 0);
          await workbench
            .row(/^baseline.*finished/)
            .first()
            .waitFor();
          await pictures.take('tree-filtered');
          await workbench.command('Distillery: Clear Filter');
          await workbench
            .row(/^student.*finished/)
            .first()
            .waitFor();
        },
      },
      {
        title: 'narrow: every view at 300 px',
        take: async () => {
          await workbench.theme('Dark Modern');
          await workbench.command('View: Toggle Primary Side Bar Visibility');
          const size = page.viewportSize();
          await page.setViewportSize({ width: 348, height: 1000 });
          for (const view of panelViews) {
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

/**
 * Whether nothing is on its way to the screen any more, in the page of the panel: every chart and every picture that can
 * be seen has something in it, and no figure is still being computed.
 */
function isDrawn(body: Element): boolean {
  const isOnScreen = (element: Element): boolean => {
    const { top, bottom, width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && bottom > 0 && top < window.innerHeight;
  };
  const hasInk = (canvas: HTMLCanvasElement): boolean => {
    if (canvas.width === 0 || canvas.height === 0) return false;
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels?.some((value) => value > 0) ?? false;
  };
  const canvases = [...body.querySelectorAll('canvas')].filter(isOnScreen);
  const cells = [...body.querySelectorAll('.pictures .example')].filter(isOnScreen);
  const isComputing = /computing|Reading the|ordering…/.test(body.textContent);
  return (
    canvases.every(hasInk) &&
    cells.every((cell) => cell.querySelector('.example-picture:not([hidden])') !== null) &&
    !isComputing
  );
}
