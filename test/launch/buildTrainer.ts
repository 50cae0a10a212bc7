import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { build } from 'esbuild';

/** Builds the stand-in for the trainer into a folder. */
export async function buildTrainer(folder: string): Promise<string> {
  const outfile = join(folder, 'fakeTrainer.mjs');
  await build({
    entryPoints: ['test/launch/fixtures/fakeTrainer.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** The stand-in for the trainer, and the folder it is in: made before the tests of a file and deleted after them. */
export function fakeTrainer(): { readonly script: string; readonly workshop: string } {
  const fake = { script: '', workshop: '' };
  before(async () => {
    fake.workshop = await mkdtemp(join(tmpdir(), 'distillery-'));
    fake.script = await buildTrainer(fake.workshop);
  });
  after(() => rm(fake.workshop, { recursive: true, force: true }));
  return fake;
}
