import type { PairedComparison } from '../core/evaluation/comparison.js';
import type { TestSet } from '../core/evaluation/testSet.js';
import type { Problem } from '../core/problem.js';
import type { ChangedSetting } from '../core/spec/settingDefaults.js';
import type { EntryOf } from '../run/log/entry.js';
import type { RunSpec } from '../core/spec/spec.js';
import type { RunRecord } from '../run/record.js';
import type { RunState } from '../run/state.js';
import type { StepColumnName } from '../run/log/steps.js';

/**
 * What the panel and whoever serves it say to each other: the editor, or a page in a test.
 *
 * The panel begins with `ready`. It is then told which runs are shown, and of each its status, its epochs and its steps;
 * afterwards only what is new. Everything large (logits, pictures, texts) is asked for with a request and answered once,
 * under the number the panel gave it; a request is always answered, if only with a problem. Messages arrive in the order
 * in which they were sent. Arrays are typed arrays and never travel as text.
 */
export const protocolVersion = 1;

/** Names a run in the panel: the absolute path of its folder, for ids are unique in one runs folder only. */
export type RunKey = string;

/** What never changes about a run. */
export interface PanelRun {
  readonly key: RunKey;
  readonly record: RunRecord;
  /** `opened` by a person; `related`: a teacher or the baseline of one that was, brought along to compare with. */
  readonly reason: 'opened' | 'related';
  /** The runs of `record.teachers`, in that order, and of `record.baseline`: null where the folder is not there any more. */
  readonly teachers: readonly (RunKey | null)[];
  readonly baseline: RunKey | null;
}

/** A run that is to be shown and cannot be read. The others can. */
export interface DamagedPanelRun {
  readonly key: RunKey;
  readonly problem: Problem;
}

/** The state of a run without what grows: epochs and steps are sent by themselves. */
export type RunStatus = Omit<RunState, 'history' | 'origin'>;

/**
 * Steps of a run. Those from index `from` on that the panel had are void (after a resume, or a log that was replaced);
 * these take their place. Index i is step i + 1. NaN where nothing was logged.
 */
export interface StepsDelta {
  readonly from: number;
  readonly count: number;
  /** Metrics that the run logs, each [count]. One that is absent was never logged. */
  readonly columns: Readonly<Partial<Record<StepColumnName, Float32Array>>>;
  /** Seconds of work on the run until each step, pauses left out, [count]. */
  readonly seconds: Float32Array;
  /** When the last of them was logged, in milliseconds since 1970: what was painted late can be told from it. */
  readonly loggedAt: number;
}

export type EpochEntry = EntryOf<'epoch'>;

/** Epochs of a run; those from index `from` on that the panel had are void. */
export interface EpochsDelta {
  readonly from: number;
  readonly epochs: readonly EpochEntry[];
}

export type EvaluationSplit = 'validation' | 'test';

/** Which stored answers of a run are meant. */
export interface LogitsPlace {
  readonly run: RunKey;
  readonly split: EvaluationSplit;
  readonly epoch: number;
}

/** Raw logits [n, classes] and hard labels [n]. */
export interface LogitsAnswer {
  readonly n: number;
  readonly classes: number;
  readonly logits: Float32Array;
  readonly labels: Int32Array;
}

/** Stored answers, and after which epoch they were given: the nearest one, where those asked for did not stay. */
export interface StoredAnswer extends LogitsAnswer {
  readonly epoch: number;
}

/** Pictures [count, height, width, channels], uint8, in the order they were asked for. */
export interface PicturesAnswer {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** What lies in the run folder, for the details. */
export interface FolderAnswer {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** The last lines of the trainer's output. */
  readonly output: string;
  /** Lines of the log that could not be used. */
  readonly logProblems: readonly Problem[];
  /** Settings that the experiment made other than they are by default. */
  readonly changed: readonly ChangedSetting[];
}

/** A student that an experiment asks for. */
export interface PlannedStudent {
  /** Names it in the plan of its experiment: `student t8 a0.9 s0`. */
  readonly key: string;
  readonly spec: RunSpec;
  readonly specHash: string;
  /** The newest run of it in the runs folder, shown or not; null where there is none. */
  readonly run: RunKey | null;
}

/** Requests by type, with their answers. */
export interface Requests {
  readonly logits: { readonly ask: LogitsPlace; readonly answer: StoredAnswer };
  readonly pictures: {
    /** `indices` into the split as the run evaluated it. */
    readonly ask: { readonly run: RunKey; readonly split: EvaluationSplit; readonly indices: readonly number[] };
    readonly answer: PicturesAnswer;
  };
  /** How a run does beside its baseline on the test set, after the last epoch of both. */
  readonly paired: {
    readonly ask: { readonly run: RunKey; readonly baseline: RunKey };
    readonly answer: PairedComparison;
  };
  /** What the test set of a run is made of; null before its first epoch. */
  readonly testSet: { readonly ask: { readonly run: RunKey }; readonly answer: TestSet | null };
  readonly folder: { readonly ask: { readonly run: RunKey }; readonly answer: FolderAnswer };
  /** The students that the experiment of a run asks for, as its file says now. */
  readonly plan: { readonly ask: { readonly run: RunKey }; readonly answer: readonly PlannedStudent[] };
  /**
   * Trains students of the experiment of a run, with the teachers and baselines that they need and that are not there
   * yet. They are shown as they begin; the answer comes when the last of them has ended.
   */
  readonly train: {
    readonly ask: { readonly run: RunKey; readonly keys: readonly string[] };
    readonly answer: { readonly ended: number };
  };
}

export type RequestName = keyof Requests;

/** A thing that the panel asks its host to do, without an answer: what comes of it is seen in the status. */
export type PanelCommand =
  | { readonly command: 'stop' | 'resume' | 'openRun' | 'openJson' | 'reveal' | 'showOutput'; readonly run: RunKey }
  /** Does what helps against the problem that a run failed with. */
  | { readonly command: 'fix'; readonly run: RunKey }
  | { readonly command: 'openExperiment'; readonly run: RunKey }
  /** Shows runs of the same runs folder beside those that are shown. */
  | { readonly command: 'showRuns'; readonly run: RunKey; readonly runs: readonly RunKey[] }
  /** The person is asked where to; the file is written by the host. */
  | {
      readonly command: 'save';
      readonly name: string;
      readonly format: 'png' | 'svg' | 'csv';
      readonly bytes: Uint8Array;
    };

/** What is done with one run. */
export type RunCommandName = Exclude<PanelCommand['command'], 'save' | 'showRuns'>;

export type ToHost =
  | { readonly type: 'ready'; readonly version: number }
  | {
      [N in RequestName]: { readonly type: 'request'; readonly id: number; readonly name: N } & Requests[N]['ask'];
    }[RequestName]
  | ({ readonly type: 'command' } & PanelCommand);

export type ToPanel =
  /** All runs shown, in order. Sent first, and again when they change; a run that stays keeps what was sent of it. */
  | {
      readonly type: 'runs';
      readonly runs: readonly PanelRun[];
      readonly damaged: readonly DamagedPanelRun[];
      /** What the person may do here: nothing is run in a workspace that is not trusted. */
      readonly mayRun: boolean;
    }
  | { readonly type: 'status'; readonly run: RunKey; readonly status: RunStatus }
  | ({ readonly type: 'epochs'; readonly run: RunKey } & EpochsDelta)
  | ({ readonly type: 'steps'; readonly run: RunKey } & StepsDelta)
  /** All that was known of the run when it was opened has been sent. */
  | { readonly type: 'caughtUp'; readonly run: RunKey }
  | {
      [N in RequestName]: {
        readonly type: 'answer';
        readonly id: number;
        readonly name: N;
        readonly answer: Requests[N]['answer'];
      };
    }[RequestName]
  | { readonly type: 'refusal'; readonly id: number; readonly problem: Problem };
