import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is deleted when a test ends, or a suite. */
export async function temporaryFolder(test: { after(clear: () => Promise<void>): void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'distillery-'));
  test.after(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}
