import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { installChromium, launchChromium } from '../../scripts/editor/chromium.js';
import { PanelPage } from '../../scripts/panelPage/panelPage.js';
import { PanelServer } from '../../src/serve/panelServer.js';

/** A Chromium without a limit on frames, so that the time from frame to frame is what a frame costs. */
export class PanelBrowser {
  readonly #pages: PanelPage[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly probe: string,
  ) {}

  static async launch(): Promise<PanelBrowser> {
    const built = await build({
      entryPoints: ['test/webview/bench/frameProbe.ts'],
      bundle: true,
      format: 'iife',
      target: 'es2023',
      write: false,
    });
    // Frames come as fast as they are made: what is measured is how long one takes.
    const browser = await launchChromium(installChromium(), ['--disable-frame-rate-limit', '--disable-gpu-vsync']);
    return new PanelBrowser(browser, built.outputFiles[0]?.text ?? '');
  }

  /** The built panel with a real PanelServer behind it. Errors of the page end the bench. */
  async open(runs: readonly string[]): Promise<Page> {
    const panel = await PanelPage.open({
      host: (post) =>
        new PanelServer({
          open: runs,
          post,
          mayRun: false,
          onCommand: ({ command }) => console.log(`The panel asked for: ${command}.`),
          onProblem: ({ message }) => console.error(message),
        }),
    });
    this.#pages.push(panel);
    const page = await this.browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('pageerror', (error) => console.error(error));
    await page.addInitScript({ content: this.probe });
    await page.goto(panel.url);
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    for (const page of this.#pages) await page.close();
  }
}
