import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Screenshots of a tour, as `<name>.png` in one folder. */
export class Pictures {
  constructor(
    private readonly page: Page,
    readonly folder: string,
  ) {}

  async take(name: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    // The panel paints one chart a frame: each is to have had its turn.
    await this.page.waitForTimeout(500);
    await this.page.screenshot({ path: join(this.folder, `${name}.png`), animations: 'disabled' });
  }

  /** Puts the pictures of the views where README shows them. */
  async copyForReadme(): Promise<void> {
    await mkdir('media/readme', { recursive: true });
    for (const view of ['curves', 'soft-labels', 'dark-knowledge', 'confusion']) {
      await copyFile(join(this.folder, `${view}-dark.png`), `media/readme/${view}.png`);
    }
  }
}
