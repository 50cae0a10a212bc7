import { gapsUpTo, withGap, type Gap } from '../core/gaps.js';
import { canonicalJson } from '../core/json.js';
import { assertNever, type Problem } from '../core/problem.js';
import type { Entry, EntryOf, Metrics, WeightsReport } from './log/entry.js';
import type { RunRecord } from './record.js';

export type RunStateName = 'waiting' | 'running' | 'finished' | 'stopped' | 'failed' | 'interrupted';

/** Where the step rate was measured from: the process's first step. */
interface Origin {
  readonly step: number;
  readonly time: number;
}

/** What is known of a run from its record and its log: a plain value, folded entry by entry. */
export interface RunState {
  readonly state: RunStateName;
  /** The process that has or had the run; null before the first one. */
  readonly started: EntryOf<'started'> | null;
  /** Threads that it was begun with; null where its log does not tell. */
  readonly threads: number | null;
  /** Steps done, of `steps`; null while nobody knows how many there will be. */
  readonly step: number;
  readonly steps: number | null;
  /** Epochs done, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  readonly history: readonly EntryOf<'epoch'>[];
  /** The latest training metrics. */
  readonly latest: StepMetrics | null;
  /** Long work that is not training, while it goes on. */
  readonly progress: { readonly what: string; readonly done: number; readonly total: number } | null;
  /** What came of the file of weights that it began from; null without one. */
  readonly weights: WeightsReport | null;
  /** What its present or last process decided, for people. */
  readonly notes: readonly string[];
  /** What a person must see although it goes on, by its present or last process; each once. */
  readonly warnings: readonly Problem[];
  readonly checkpointStep: number | null;
  /** What was done, and is not in the log. Known only where all of the log was read. */
  readonly gaps: readonly Gap[];
  /** Metrics on the test set after the last epoch so far. */
  readonly test: Metrics | null;
  readonly problem: Problem | null;
  /** Seconds spent on the run by all its processes together. */
  readonly seconds: number;
  /** Seconds until it is finished, at the pace so far; null when there is no telling. */
  readonly secondsLeft: number | null;
  /** Time of the last entry, in milliseconds since 1970. It goes back where a clock was set back. */
  readonly lastTime: number | null;
  /** The latest time that any entry has: it goes back only where the log was cut short. */
  readonly newestTime: number | null;
  readonly origin: Origin | null;
}

export interface StepMetrics {
  readonly loss: number;
  readonly distillationLoss?: number;
  readonly studentLoss?: number;
  readonly learningRate: number;
  readonly examplesPerSecond: number;
}

/**
 * What is kept of a run: epochs, what its trainer decided, and what it warned of. Each is copied, or compared with all
 * before it, when another comes, so without a bound a log of some megabytes would take minutes.
 */
const mostEpochs = 100_000;
const mostNotes = 1000;
const mostWarnings = 100;

/** A run that nobody has begun. */
export function initialState(record: RunRecord): RunState {
  return {
    state: 'waiting',
    started: null,
    threads: null,
    step: 0,
    steps: null,
    epoch: 0,
    epochs: record.spec.trainable === 'none' ? 0 : record.spec.train.epochs,
    history: [],
    latest: null,
    progress: null,
    weights: null,
    notes: [],
    warnings: [],
    checkpointStep: null,
    gaps: [],
    test: null,
    problem: null,
    seconds: 0,
    secondsLeft: null,
    lastTime: null,
    newestTime: null,
    origin: null,
  };
}

/** The state after one more entry of the log. Pure: the same entries give the same state, however they arrive. */
export function advance(before: RunState, entry: Entry): RunState {
  const state = passTime(before, entry.time);
  switch (entry.type) {
    case 'started':
      return resume(state, entry, { seconds: before.seconds });
    case 'weights': {
      const { type, time, ...weights } = entry;
      return { ...state, weights };
    }
    case 'note':
      return { ...state, notes: withNote(before.notes, entry.text) };
    case 'warning':
      return { ...state, warnings: withWarning(before.warnings, entry.problem) };
    case 'progress':
      return { ...state, progress: { what: entry.what, done: entry.done, total: entry.total } };
    case 'steps':
      return advanceSteps(state, entry);
    case 'epoch':
      return {
        ...state,
        progress: null,
        step: entry.step,
        epoch: entry.epoch,
        history: withEpoch(before.history, entry),
        test: entry.test,
        seconds: entry.seconds,
        gaps: withGap(untoldSteps(state, entry.step), { of: 'epochs', from: state.epoch + 1, to: entry.epoch - 1 }),
      };
    case 'checkpoint':
      return { ...state, checkpointStep: entry.step };
    case 'device':
    case 'alive':
      return state;
    case 'finished':
      return {
        ...ended(state, 'finished'),
        step: entry.step,
        seconds: entry.seconds,
        test: entry.test,
        gaps: withGap(untoldSteps(state, entry.step), { of: 'epochs', from: state.epoch + 1, to: state.epochs }),
      };
    case 'stopped':
      return {
        ...ended(state, 'stopped'),
        step: entry.step,
        seconds: entry.seconds,
        gaps: untoldSteps(state, entry.step),
      };
    case 'failed':
      return { ...ended(state, 'failed'), problem: entry.problem };
    default:
      return assertNever(entry);
  }
}

/**
 * The log alone cannot tell a process that works from one that was killed.
 * @param gone whether the process of `state.started` is gone, or must be taken to be
 * @param why it is, where that was found out
 */
export function settle(state: RunState, { gone, why = null }: { gone: boolean; why?: Problem | null }): RunState {
  return state.state === 'running' && gone ? { ...ended(state, 'interrupted'), problem: why } : state;
}

/** What an earlier process did beyond the step that is resumed from is void: it will be done again. */
function resume(state: RunState, entry: EntryOf<'started'>, { seconds }: { seconds: number }): RunState {
  const history = state.history.filter(({ step }) => step <= entry.resumedFrom);
  const last = history.at(-1);
  // What the checkpoint holds was logged once, or is missing.
  const done = { step: entry.resumedFrom, epoch: Math.floor(entry.resumedFrom / Math.max(1, entry.stepsPerEpoch)) };
  const gaps = gapsUpTo(untoldSteps(state, done.step), done);
  return {
    ...state,
    state: 'running',
    started: entry,
    threads: entry.resumedFrom === 0 ? (entry.threads ?? null) : state.threads,
    checkpointStep: entry.resumedFrom === 0 ? null : entry.resumedFrom,
    step: entry.resumedFrom,
    steps: entry.steps,
    epoch: last?.epoch ?? 0,
    history,
    gaps: withGap(gaps, { of: 'epochs', from: (last?.epoch ?? 0) + 1, to: done.epoch }),
    test: last?.test ?? null,
    latest: entry.resumedFrom === 0 ? null : state.latest,
    progress: null,
    notes: [],
    warnings: [],
    problem: null,
    seconds,
    secondsLeft: null,
    origin: null,
  };
}

function advanceSteps(state: RunState, entry: EntryOf<'steps'>): RunState {
  const step = entry.first + entry.count - 1;
  const origin = state.origin ?? { step, time: entry.time };
  const done = step - origin.step;
  const left = state.steps === null || done <= 0 ? null : state.steps - step;
  const distillationLoss = last(entry.distillationLoss);
  const studentLoss = last(entry.studentLoss);
  return {
    ...state,
    step,
    gaps: untoldSteps(state, entry.first - 1),
    origin,
    progress: null,
    latest: {
      loss: last(entry.loss) ?? NaN,
      learningRate: last(entry.learningRate) ?? NaN,
      examplesPerSecond: entry.examplesPerSecond,
      ...(distillationLoss === undefined ? {} : { distillationLoss }),
      ...(studentLoss === undefined ? {} : { studentLoss }),
    },
    secondsLeft: left === null ? state.secondsLeft : (left * (entry.time - origin.time)) / done / 1000,
  };
}

/** Of more epochs than are kept the last one stands in the last place. */
function withEpoch(history: readonly EntryOf<'epoch'>[], entry: EntryOf<'epoch'>): readonly EntryOf<'epoch'>[] {
  const last = history.at(-1);
  const before = last === undefined || last.epoch < entry.epoch ? history : history.filter(isBefore(entry));
  return [...before.slice(0, mostEpochs - 1), entry];
}

const isBefore =
  ({ epoch }: EntryOf<'epoch'>) =>
  (other: EntryOf<'epoch'>): boolean =>
    other.epoch < epoch;

function withNote(notes: readonly string[], text: string): readonly string[] {
  if (notes.length < mostNotes) return [...notes, text];
  return notes.length === mostNotes ? [...notes, 'There are more notes in its log.'] : notes;
}

/** The gaps when a step was done that no entry came up to. */
const untoldSteps = ({ gaps, step }: RunState, done: number): readonly Gap[] =>
  withGap(gaps, { of: 'steps', from: step + 1, to: done });

function withWarning(warnings: readonly Problem[], warning: Problem): readonly Problem[] {
  if (warnings.length > mostWarnings) return warnings;
  if (warnings.length === mostWarnings) return [...warnings, moreWarnings];
  const text = canonicalJson(warning);
  return warnings.some((known) => canonicalJson(known) === text) ? warnings : [...warnings, warning];
}

const moreWarnings: Problem = {
  code: 'more-warnings',
  message: `It warned of more than ${mostWarnings} things.`,
  fix: 'Look into its log for the others.',
};

function ended(state: RunState, name: 'finished' | 'stopped' | 'failed' | 'interrupted'): RunState {
  return { ...state, state: name, progress: null, secondsLeft: null };
}

/** Seconds between two entries in which nobody worked: trainers write every five, so a clock was set or a machine slept. */
const longestGapSeconds = 3600;

/** The clock runs while a process works, not between two processes, nor through what cannot have been work. */
function passTime(before: RunState, time: number): RunState {
  const state = { ...before, lastTime: time, newestTime: Math.max(before.newestTime ?? -Infinity, time) };
  if (before.state !== 'running' || before.lastTime === null) return state;
  const gap = time - before.lastTime;
  if (gap >= 0 && gap <= longestGapSeconds * 1000) return { ...state, seconds: before.seconds + gap / 1000 };
  return before.origin === null ? state : { ...state, origin: { ...before.origin, time: before.origin.time + gap } };
}

function last(column: number | readonly number[] | undefined): number | undefined {
  return typeof column === 'object' ? column.at(-1) : column;
}
