import type { FrameLocator, Locator, Page } from 'playwright-core';
import { patience } from '../../scripts/editor/patience.js';
import { waitFor } from './waitFor.js';

/** The editor's window, in a person's words. */
export class Workbench {
  constructor(readonly page: Page) {
    page.setDefaultTimeout(patience);
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.isThere();
  }

  /** As the editor itself does it: it remembers what is open before it goes. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.isThere();
  }

  async isThere(): Promise<void> {
    await this.page.locator('.monaco-workbench .activitybar').waitFor();
    // The extension's own icon comes once extensions are known.
    await this.activity.waitFor();
  }

  get activity(): Locator {
    return this.page.locator('.activitybar .action-label[aria-label^="Distillery"]').first();
  }

  /** Opens the sidebar with the experiments, if it is not open. */
  async showExperiments(): Promise<void> {
    const title = this.page.locator('.part.sidebar .composite.title').filter({ hasText: /Distillery/i });
    await waitFor('the sidebar', async () => {
      if (await title.isVisible()) return true;
      // A click on the icon of a sidebar that a reloaded window was just bringing back hides it again.
      await this.activity.click();
      return title.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** Rows of the tree, by what a screen reader says of them. */
  row(spoken: RegExp | string): Locator {
    return this.page.locator('.pane-body [role=treeitem]').and(this.page.getByLabel(spoken));
  }

  /** Opens a run from the tree, to stay. */
  async openRow(spoken: RegExp): Promise<void> {
    await this.row(spoken).first().dblclick();
    await this.tab('Curves').waitFor();
  }

  /** Tabs of editors, by their titles. */
  editorTab(title: RegExp, { active = false } = {}): Locator {
    const label = this.page.locator('.monaco-icon-label').filter({ hasText: title });
    return this.page.locator(active ? '.tabs-container .tab.active' : '.tabs-container .tab').filter({ has: label });
  }

  /** Unfolds a row of the tree, if it is folded. */
  async unfold(spoken: RegExp): Promise<void> {
    const row = this.row(spoken).first();
    await waitFor(`${String(spoken)} is unfolded`, async () => {
      if ((await row.getAttribute('aria-expanded')) === 'true') return true;
      await row
        .locator('.monaco-tl-twistie.collapsible')
        .click({ timeout: 1000 })
        .catch(() => undefined);
      return false;
    });
  }

  /** Commands that the palette offers for what is typed, with their category. */
  async offered(typed: string): Promise<string[]> {
    await this.#type(typed);
    const rows = this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    const labels = await rows.locator('.label-name').allTextContents();
    await this.page.keyboard.press('Escape');
    return labels;
  }

  /** Runs a command from the palette. A view that takes the focus closes the palette; then it is opened again. */
  async command(title: string): Promise<void> {
    await waitFor(`the command ${title} is chosen`, async () => {
      await this.#type(title);
      return this.choose(title, { timeout: 5000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** Chooses a row of the open quick pick, by its whole text: Enter could take a neighbour. */
  async choose(label: RegExp | string, { timeout = patience } = {}): Promise<void> {
    const whole =
      typeof label === 'string' ? new RegExp(`^${label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : label;
    await this.page
      .locator('.quick-input-widget:visible .quick-input-list .label-name')
      .filter({ hasText: whole })
      .first()
      .click({ timeout });
  }

  async #type(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type=text]');
    // One that is just closing takes nothing, and swallows the key that would open the next.
    await waitFor('the palette is open', async () => {
      await this.page.keyboard.press('F1');
      return input.fill(`>${text}`, { timeout: 2000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** Chooses from the context menu of a row. A menu passes over a click that comes right when it opens. */
  async contextMenu(row: Locator, item: RegExp): Promise<void> {
    const menu = this.page.locator('.monaco-menu');
    await row.click({ button: 'right' });
    const entry = menu.getByRole('menuitem', { name: item });
    await entry.waitFor();
    await waitFor(`the menu takes ${String(item)}`, async () => {
      await entry.click({ timeout: 1000 }).catch(() => undefined);
      return !(await menu.isVisible());
    });
  }

  /** The button of a dialog that asks back. */
  dialogButton(text: string): Locator {
    return this.page.locator('.monaco-dialog-box').getByRole('button', { name: text });
  }

  /** Chooses a colour theme by its name. */
  async theme(name: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    const input = this.page.locator('.quick-input-widget:visible input[type=text]');
    await this.page
      .locator('.quick-input-list .label-name')
      .filter({ hasText: /Modern|High Contrast/ })
      .first()
      .waitFor();
    await input.fill(name);
    await this.choose(name);
  }

  /** Messages in the corner. */
  toast(text: RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text });
  }

  async clearToasts(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  /** Closes an editor that lies over the window. */
  async closeDialog(): Promise<void> {
    const over = this.page.locator('.monaco-modal-editor-block');
    await waitFor('nothing lies over the window', async () => {
      if (await over.isVisible()) await this.page.keyboard.press('Escape');
      return !(await over.isVisible());
    });
  }

  async closeEditors(): Promise<void> {
    await this.command('View: Close All Editors');
  }

  /** What is inside the panel that is looked at. */
  get panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
  }

  tab(name: string): Locator {
    return this.panel.getByRole('tab', { name, exact: true });
  }
}
