import type { Problem } from '../core/problem.js';
import type { Role } from '../core/spec/spec.js';
import type { Metrics } from '../run/log/entry.js';
import type { DamagedRun, Run } from '../run/run.js';
import type { RunSize } from '../run/runSize.js';
import type { RunStateName } from '../run/state.js';

/** A run as programs read it from `list --json`: the names stay as they are. */
export interface RunSummary {
  readonly id: string;
  readonly experiment: string;
  readonly role: Role;
  readonly state: RunStateName;
  readonly specHash: string;
  readonly seed: number;
  /** Null without a teacher. */
  readonly temperature: number | null;
  readonly alpha: number | null;
  readonly epoch: number;
  readonly epochs: number;
  /** After the last epoch so far; null before the first. A loss that diverged is NaN, in JSON null. */
  readonly test: Pick<Metrics, 'n' | 'errors' | 'accuracy' | 'balancedAccuracy' | 'loss'> | null;
  readonly seconds: number;
  /** The engine that computes it, as its trainer says; the one asked for before it was started. */
  readonly engine: string;
  readonly path: string;
}

/** A row of a list: a run, and the bytes that it takes on the disk. */
export type ListedSummary = (RunSummary | DamagedSummary) & { readonly size: RunSize };

export interface DamagedSummary {
  readonly id: string;
  readonly path: string;
  readonly state: 'damaged';
  readonly problem: Problem;
}

export function summaryOf({ folder, record, state }: Pick<Run, 'folder' | 'record' | 'state'>): RunSummary {
  const { test } = state;
  const { spec, specHash, experiment, execution } = record;
  return {
    id: folder.id,
    experiment: experiment.name,
    role: spec.role,
    state: state.state,
    specHash,
    seed: spec.seed,
    temperature: spec.distill?.temperature ?? null,
    alpha: spec.distill?.alpha ?? null,
    epoch: state.epoch,
    epochs: state.epochs,
    test: test === null ? null : testOf(test),
    seconds: state.seconds,
    engine: state.started?.engine ?? execution.engine,
    path: folder.path,
  };
}

export function damagedSummaryOf({ folder, problem }: DamagedRun): DamagedSummary {
  return { id: folder.id, path: folder.path, state: 'damaged', problem };
}

/** Of logs from before it was kept there is no balanced accuracy. */
function testOf({ n, errors, accuracy, balancedAccuracy, loss }: Metrics): NonNullable<RunSummary['test']> {
  return { n, errors, accuracy, ...(balancedAccuracy === undefined ? {} : { balancedAccuracy }), loss };
}
