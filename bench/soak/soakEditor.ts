import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { installChromium, launchChromium } from '../../scripts/editor/chromium.js';
import { CodeServer } from '../../scripts/editor/codeServer.js';
import { installCodeServer } from '../../scripts/editor/codeServerInstall.js';
import { packagedExtension } from '../../scripts/editor/packagedExtension.js';
import { runFolder } from '../../src/run/folder.js';
import { panelViews } from '../../test/tour/panelViews.js';
import { waitFor } from '../../test/tour/waitFor.js';
import { Workbench } from '../../test/tour/workbench.js';
import { readHostProcess, type HostProcess } from './hostProcess.js';
import { PageMemoryReader } from './pageMemory.js';
import { ProbeClient } from './probeClient.js';
import { emptyView, socketVariable } from './probe/messages.js';
import type { Rest } from './quantities.js';

/** code-server with the packaged extension, a window of it in a headless Chromium, and the probe beside the extension. */
export class SoakEditor {
  readonly workbench: Workbench;

  private constructor(
    private readonly server: CodeServer,
    private readonly browser: Browser,
    private readonly memory: PageMemoryReader,
    page: Page,
    readonly probe: ProbeClient,
  ) {
    this.workbench = new Workbench(page);
  }

  /**
   * @param folder is opened
   * @param home where the probe is laid out; no part of the folder
   */
  static async start(folder: string, { home }: { home: string }): Promise<SoakEditor> {
    const socket = join(home, 'probe.sock');
    const server = await CodeServer.start({
      install: installCodeServer(),
      vsix: packagedExtension(),
      unpacked: await layOutProbe(home),
      environment: { [socketVariable]: socket },
    });
    const browser = await launchChromium(installChromium());
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      const probe = new ProbeClient(socket);
      const editor = new SoakEditor(server, browser, await PageMemoryReader.of(page), page, probe);
      await editor.workbench.open(server.urlOf(folder));
      await waitFor('the probe answers', () => probe.isThere());
      await editor.workbench.showExperiments();
      // Rows fill the view from the beginning: a run that comes draws no more of them.
      await editor.workbench.unfold(/^Experiment small/);
      return editor;
    } catch (error) {
      await browser.close();
      await server.stop();
      throw error;
    }
  }

  /** Opens a run's panel, looks at each of its views, and closes it. */
  async lookAt(run: string): Promise<void> {
    await this.probe.command('distillery.openRun', run);
    await this.workbench.tab('Curves').waitFor();
    for (const { tab, drawn } of panelViews) {
      await this.workbench.tab(tab).click();
      await this.workbench.panel.locator(drawn).first().waitFor();
    }
    await this.probe.command('workbench.action.closeActiveEditor');
    await this.#closed();
  }

  /** The same with a panel that has nothing in it. */
  async lookAtNothing(run: string): Promise<void> {
    await this.probe.open(runFolder(run).record, { view: emptyView });
    await this.workbench.panel.locator('#empty').waitFor();
    await this.probe.command('workbench.action.closeActiveEditor');
    await this.#closed();
  }

  /** What there is when nothing is open, nothing runs, and garbage was collected. */
  async rest(): Promise<Rest> {
    await this.probe.command('workbench.action.closeAllEditors');
    await this.probe.command('notifications.clearAll');
    await this.#closed();
    await waitFor('no trainer is left', () => Promise.resolve(!this.#trains()));
    const held = await this.probe.held();
    const page = await this.memory.read();
    return { held, page, process: this.passing(), processes: this.server.processes().size };
  }

  /** Heap snapshots of the extension host and of the page, in a folder, by the start of their names. */
  async snapshots(folder: string, name: string): Promise<void> {
    await this.probe.snapshot(join(folder, `${name}-host.heapsnapshot`));
    await this.memory.snapshot(join(folder, `${name}-page.heapsnapshot`));
  }

  /** What Linux tells of the extension host just now, whatever it does. */
  passing(): HostProcess {
    const [host, ...others] = this.server.extensionHosts();
    if (host !== undefined && others.length === 0) return readHostProcess(host);
    throw new Error(`The editor has ${host === undefined ? 'no extension host' : 'more than one extension host'}.`);
  }

  async close(): Promise<void> {
    await this.browser.close().catch(() => undefined);
    await this.server.stop();
  }

  #trains(): boolean {
    return [...this.server.processes().values()].some((command) => command.includes('trainer.js'));
  }

  async #closed(): Promise<void> {
    const frames = this.workbench.page.locator('iframe.webview');
    await waitFor('the panel is closed', async () => (await frames.count()) === 0);
  }
}

/** The probe as an extension that lies unpacked. @returns its folder */
async function layOutProbe(home: string): Promise<string> {
  const folder = join(home, 'soak-probe');
  await mkdir(folder);
  await cp(resolve('bench/soak/probe/package.json'), join(folder, 'package.json'));
  await cp(resolve('out/bench/soak/probe/extension.cjs'), join(folder, 'extension.cjs'));
  return folder;
}
