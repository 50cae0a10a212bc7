import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { canonicalJson } from '../../src/core/json.js';
import { runSpecSchema, type RunSpec } from '../../src/core/spec/spec.js';
import type { RunFolder } from '../../src/run/folder.js';
import { sha256 } from '../../src/node/files/hash.js';
import type { RunRecord } from '../../src/run/record.js';
import { madeRun } from '../run/opened.js';

/** A run of a second. */
export const smallTeacher = {
  version: 1,
  role: 'teacher',
  name: 'teacher',
  seed: 0,
  data: { dataset: 'mnist', limit: { train: 128, test: 50 } },
  model: { kind: 'mlp', hidden: [8] },
  train: { epochs: 1, batchSize: 32 },
  distill: null,
  teachers: [],
};

/** Makes a run folder for the real trainer. */
export async function trainerRun(
  runsDir: string,
  spec: object,
  {
    teachers = [],
    checkpointSeconds = 20,
    engine = 'onnx/cpu',
    keep,
  }: {
    teachers?: readonly RunFolder[];
    checkpointSeconds?: number;
    engine?: RunRecord['execution']['engine'];
    keep?: RunRecord['execution']['keep'];
  } = {},
): Promise<RunFolder> {
  const resolved: RunSpec = runSpecSchema.parse(spec);
  const { folder } = await madeRun(runsDir, {
    version: 1,
    spec: resolved,
    specHash: hashOf(resolved),
    experiment: { name: 'test', file: null },
    teachers: teachers.map(({ id }) => id),
    baseline: null,
    created: new Date().toISOString(),
    git: null,
    versions: {},
    execution: { engine, checkpointSeconds, ...(keep !== undefined && { keep }) },
  });
  return folder;
}

export const hashOf = (spec: RunSpec): string => sha256(canonicalJson({ ...spec, name: undefined }));

type Environment = Readonly<Record<string, string>>;

/** The trainer that ships; `dist` is built before the tests. */
const shipped = 'dist/trainer.js';

export function startTrainer(folder: RunFolder, environment: Environment = {}, script = shipped): ChildProcess {
  return spawn(process.execPath, ['--enable-source-maps', script, folder.path], {
    stdio: 'pipe',
    env: { ...process.env, ...environment },
  });
}

/** Trains to the end, or until someone stops it. */
export async function trained(
  folder: RunFolder,
  environment: Environment = {},
  script = shipped,
): Promise<{ code: number | null; output: string }> {
  const trainer = startTrainer(folder, environment, script);
  let output = '';
  trainer.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  trainer.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(trainer, 'close');
  return { code: trainer.exitCode, output };
}
