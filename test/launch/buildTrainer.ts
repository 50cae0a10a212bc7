import { join } from 'node:path';
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
