import { writeFile } from 'node:fs/promises';
import type { CDPSession, Page } from 'playwright-core';

/** What the window's page holds after its garbage was collected. */
export interface PageMemory {
  /** Bytes of JavaScript's heap. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Looks into the page of the editor's window, as Chromium's developer tools do. */
export class PageMemoryReader {
  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<PageMemoryReader> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new PageMemoryReader(session);
  }

  async read(): Promise<PageMemory> {
    for (let pass = 0; pass < 2; pass++) await this.session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.session.send('Performance.getMetrics');
    const valueOf = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
    return { heap: valueOf('JSHeapUsedSize'), nodes: valueOf('Nodes'), listeners: valueOf('JSEventListeners') };
  }

  /** Writes a heap snapshot, to be opened with Chromium's developer tools. */
  async snapshot(file: string): Promise<void> {
    const parts: string[] = [];
    const take = ({ chunk }: { chunk: string }): void => void parts.push(chunk);
    this.session.on('HeapProfiler.addHeapSnapshotChunk', take);
    await this.session.send('HeapProfiler.takeHeapSnapshot');
    this.session.off('HeapProfiler.addHeapSnapshotChunk', take);
    await writeFile(file, parts.join(''));
  }
}
