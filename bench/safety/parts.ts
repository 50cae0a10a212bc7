import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { modelSchema } from '../../src/core/spec/spec.js';
import { claim } from '../../src/run/claim.js';
import { readSafetensors, writeSafetensors, type StoredTensor } from '../../src/node/safetensors/safetensors.js';
import { runFolder } from '../../src/run/folder.js';
import { LogWriter } from '../../src/run/log/log.js';
import { OpenedRun } from '../../src/run/openedRun.js';
import { crc32c } from '../../src/node/files/crc32c.js';
import { createModel } from '../../src/trainer/models/create.js';
import { initialState } from '../../src/trainer/models/initialize.js';
import { stateOf } from '../../src/trainer/models/model.js';
import { stepsEntry } from '../../test/run/sample.js';

/** One of the things that keep a run safe, timed by itself. */
export interface Part {
  readonly name: string;
  /** Milliseconds of each attempt, for `per` of it. */
  readonly times: readonly number[];
  readonly per: string;
}

/** Steps in a line of the log, as a trainer writes them. */
const stepsPerLine = 200;
const megabyte = 1e6;

/**
 * Times what syncing, checksums and locks are made of, each by itself, with the functions that a trainer uses.
 * @param folder where it is done: how long the disk under it takes is most of it
 */
export async function timeParts(folder: string, { attempts }: { attempts: number }): Promise<Part[]> {
  const paths = runFolder(join(folder, 'parts'));
  await mkdir(paths.path, { recursive: true });
  await writeFile(paths.record, '{}');
  const run = await OpenedRun.open(paths);
  const checkpoint = demoCheckpoint();
  const bytes = new Uint8Array(8 * megabyte).map((_, index) => Math.imul(index, 2654435761) >>> 24);
  const perMegabyte = (work: () => void): number[] =>
    repeated(attempts, work).map((time) => time / (bytes.length / megabyte));

  const log = LogWriter.open(run);
  let step = 1;
  const append = (): void => {
    log.append(stepsEntry(step, stepsPerLine));
    step += stepsPerLine;
  };
  const appended = repeated(attempts, append);
  const synced = repeated(attempts, () => log.sync(), append);
  log.close();

  const written = await repeatedly(attempts, () => writeSafetensors(run.file('checkpoint'), checkpoint.tensors));
  const readBack = await repeatedly(attempts, async () => {
    await readSafetensors(paths.checkpoint);
  });
  const locked = await repeatedly(attempts, async () => (await claim(run)).release());
  await run.close();
  const size = `${(checkpoint.bytes / megabyte).toFixed(1)} MB`;
  return [
    { name: `append ${stepsPerLine} steps to the log`, times: appended, per: 'line' },
    { name: 'sync the log after it', times: synced, per: 'sync' },
    { name: `write the checkpoint of the demo's teacher (${size}), synced and renamed`, times: written, per: 'file' },
    { name: 'read it back and check it', times: readBack, per: 'file' },
    { name: 'SHA-256', times: perMegabyte(() => createHash('sha256').update(bytes).digest()), per: 'MB' },
    { name: 'CRC-32 (zlib)', times: perMegabyte(() => crc32(bytes)), per: 'MB' },
    { name: 'CRC-32C (ours)', times: perMegabyte(() => crc32c(bytes)), per: 'MB' },
    { name: 'take the lock of a run folder and let go', times: locked, per: 'run' },
  ];
}

/** Weights and momentum of the teacher of `mnist-quick`, drawn at random. */
function demoCheckpoint(): { tensors: Readonly<Record<string, StoredTensor>>; bytes: number } {
  const spec = modelSchema.parse({ kind: 'mlp', hidden: [800, 800] });
  const model = createModel(spec, { height: 28, width: 28, channels: 1, classes: 10 });
  const state = initialState(model, 0);
  const tensors: Record<string, StoredTensor> = {};
  let bytes = 0;
  for (const { name, shape } of stateOf(model)) {
    const data = state[name] ?? new Float32Array();
    bytes += 2 * data.byteLength;
    tensors[name] = { dtype: 'F32', shape, data };
    tensors[`optimizer.momentum.${name}`] = { dtype: 'F32', shape, data };
  }
  return { tensors, bytes };
}

/** @param before is done before each, and not timed */
function repeated(attempts: number, work: () => void, before: () => void = () => undefined): number[] {
  return Array.from({ length: attempts }, () => {
    before();
    const from = performance.now();
    work();
    return performance.now() - from;
  });
}

async function repeatedly(attempts: number, work: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const from = performance.now();
    await work();
    times.push(performance.now() - from);
  }
  return times;
}
