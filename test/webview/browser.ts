import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../../scripts/editor/chromium.js';
import { patience } from '../../scripts/editor/patience.js';
import { PanelPage } from '../../scripts/panelPage/panelPage.js';
import type { PanelCommand } from '../../src/panel/protocol.js';
import { PanelServer, type PanelServerOptions } from '../../src/serve/panelServer.js';

const executablePath = findChromium();

/** For `test({ skip })`: why the page cannot be tried on this machine; false where it can. */
export const noBrowser: string | false = executablePath === null ? 'NOT TESTED: no chromium' : false;

/** The panel in a real browser. */
export interface OpenPanel {
  readonly page: Page;
  /** What the page asked its host to do. */
  readonly commands: readonly PanelCommand[];
  /** Loads the page again, as the editor does after a reload of its window. */
  readonly reload: () => Promise<void>;
}

export interface PanelOptions {
  readonly open: readonly string[];
  readonly theme?: 'dark' | 'light' | 'hc' | 'hcLight';
  readonly width?: number;
  readonly mayRun?: boolean;
  readonly onTrain?: PanelServerOptions['onTrain'];
}

/**
 * Opens the panel on run folders and ends it with the test, which fails where the page has written an error to its
 * console: a violated policy is one.
 */
export async function openPanel(
  test: { after(clear: () => Promise<void>): void },
  { open, theme = 'dark', width = 1000, mayRun = true, onTrain }: PanelOptions,
): Promise<OpenPanel> {
  const commands: PanelCommand[] = [];
  const errors: string[] = [];
  const server = await PanelPage.open({
    host: (post) =>
      new PanelServer({
        open,
        post,
        mayRun,
        ...(onTrain && { onTrain }),
        onCommand: (command) => commands.push(command),
        onProblem: (problem) => errors.push(problem.message),
      }),
  });
  const browser = await launch();
  test.after(async () => {
    await browser.close();
    await server.close();
    if (errors.length > 0) throw new Error(`The page complained:\n${errors.join('\n')}`);
  });
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  page.setDefaultTimeout(patience);
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.goto(`${server.url}?theme=${theme}`);
  return {
    page,
    commands,
    reload: async () => {
      await page.reload();
    },
  };
}

function launch(): Promise<Browser> {
  if (executablePath === null) throw new Error('There is no Chromium.');
  return launchChromium(executablePath);
}
