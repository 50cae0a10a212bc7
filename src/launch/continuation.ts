import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { boundToLength, differsInEpochsAlone } from '../core/spec/longerTraining.js';
import type { RunSpec } from '../core/spec/spec.js';
import { ignoreDamaged } from '../run/damaged.js';
import { runFolder, type RunFolder } from '../run/folder.js';
import { readRun, type Run } from '../run/run.js';
import { listRuns, readRecord } from '../run/runsFolder.js';

/**
 * What an earlier run that differs in its epochs alone is good for: `goesOn`: the new one begins where it ends, for it is
 * the same training so far; `anew`: it does not, for what is named depends on the number of epochs.
 */
export type Continuation =
  | { readonly kind: 'goesOn'; readonly origin: RunFolder }
  | { readonly kind: 'anew'; readonly origin: RunFolder; readonly epochs: number; readonly because: readonly string[] };

/**
 * The earlier run that a new one can go on from: the one that got furthest, and not further than the new one will. Runs
 * that failed, and those that a trainer is at, are left alone.
 * @returns null where there is none
 */
export async function findContinuation(
  runsDir: string,
  { spec }: { readonly spec: RunSpec },
): Promise<Continuation | null> {
  const because = boundToLength(spec);
  let best: { readonly run: Run; readonly step: number } | null = null;
  for (const id of await listRuns(runsDir)) {
    const folder = runFolder(join(runsDir, id));
    const record = await readRecord(folder).catch(ignoreDamaged);
    if (record === null || !differsInEpochsAlone(spec, record.spec)) continue;
    if (because.length > 0 && record.spec.train.epochs > spec.train.epochs) continue;
    const run = await readRun(folder);
    const step = run.kind === 'run' ? await stepToGoOnFrom(run) : null;
    if (run.kind === 'damaged' || step === null || step > lastStepOf(spec, run)) continue;
    if (best === null || step >= best.step) best = { run, step };
  }
  if (best === null) return null;
  const { folder, record } = best.run;
  if (because.length === 0) return { kind: 'goesOn', origin: folder };
  return { kind: 'anew', origin: folder, epochs: record.spec.train.epochs, because };
}

/** Null where nothing of the run can be gone on from. */
async function stepToGoOnFrom({ folder, state }: Run): Promise<number | null> {
  if (!['finished', 'stopped', 'interrupted'].includes(state.state) || !state.checkpointStep) return null;
  return stat(folder.checkpoint).then(
    () => state.checkpointStep,
    () => null,
  );
}

const lastStepOf = ({ train }: RunSpec, { state }: Run): number => train.epochs * (state.started?.stepsPerEpoch ?? 0);
