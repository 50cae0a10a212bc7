import type { Kept } from '../../src/core/evaluation/keptKnowledge.js';
import type { EnsembleMean } from '../../src/core/losses/softmax.js';
import type { Problem } from '../../src/core/problem.js';
import type { Role } from '../../src/core/spec/spec.js';
import type { Confidences } from './confidences.js';
import type { ConfusedPair, CountedPair } from './confusedPairs.js';
import type { ClassPlace } from './classSoftLabels.js';
import type { Judged } from './judged.js';
import type { DarkOptions } from './darkKnowledge.js';
import type { CalibratedModel, Overall } from './overall.js';
import type { Logits } from './rowSoftener.js';

/**
 * What the page and the worker that computes for it say to each other. The page hands over logits, each once, and names
 * them from then on. Every question is answered once, if only with a problem, unless it is taken back.
 */

/** Names logits that the worker holds. */
export type LogitsId = number;

/** A run, or several teachers, by their logits: all about the same examples. */
export interface Model {
  readonly members: readonly [LogitsId, ...LogitsId[]];
  /** How several are averaged. */
  readonly ensemble: EnsembleMean;
}

/** One column of Soft labels. */
export interface ModelColumn {
  readonly role: Role;
  readonly model: Model;
}

/** Answers of a model, counted. */
export type CountedModel = Pick<Judged, 'counts' | 'support'>;

/** By what classes are clustered. */
export type Similarity =
  /** How often they are confused with each other. */
  | { readonly by: 'confusion'; readonly models: readonly CountedModel[] }
  /** How alike teacher and run in question find them. */
  | { readonly by: 'likeness'; readonly split: Split; readonly temperature: number };

/** All columns of Soft labels. */
export interface Split {
  readonly subject: ModelColumn;
  readonly teacher: ModelColumn | null;
  readonly baseline: ModelColumn | null;
}

/** Questions by name, with their answers. */
export interface SumQuestions {
  /** The most likely class of each example at T = 1, as soft labels have it, [n]. */
  readonly predictions: { readonly ask: Model; readonly answer: Int32Array };
  readonly overall: {
    readonly ask: { readonly split: Split; readonly temperature: number; readonly dark: DarkOptions };
    readonly answer: Overall;
  };
  /** How well the columns are calibrated: teacher, the run in question, baseline. */
  readonly calibration: {
    readonly ask: { readonly split: Split; readonly temperature: number };
    readonly answer: readonly CalibratedModel[];
  };
  readonly kept: {
    readonly ask: {
      readonly split: Split & { readonly teacher: ModelColumn };
      readonly temperature: number;
    };
    readonly answer: Kept;
  };
  /** The logits of one example, [classes] for each member of each column. */
  readonly example: {
    readonly ask: { readonly columns: readonly ModelColumn[]; readonly row: number };
    readonly answer: readonly (readonly Logits[])[];
  };
  readonly classSoftLabels: {
    readonly ask: { readonly columns: readonly ModelColumn[] } & ClassPlace;
    readonly answer: readonly Float64Array[];
  };
  readonly judged: { readonly ask: Model; readonly answer: Judged };
  readonly confidences: {
    readonly ask: { readonly model: Model; readonly predicted: Int32Array };
    readonly answer: Confidences;
  };
  /** Classes that are alike beside each other. */
  readonly clusterOrder: {
    readonly ask: { readonly similarity: Similarity; readonly classes: number };
    readonly answer: readonly number[];
  };
  readonly confusedPairs: { readonly ask: CountedPair; readonly answer: readonly ConfusedPair[] };
}

export type SumName = keyof SumQuestions;

/** A question under the number that its answer will have. */
export type Question<N extends SumName = SumName> = {
  [K in N]: { readonly type: 'ask'; readonly id: number; readonly name: K; readonly ask: SumQuestions[K]['ask'] };
}[N];

export type SumAnswer<N extends SumName = SumName> = {
  [K in N]: {
    readonly type: 'answer';
    readonly id: number;
    readonly name: K;
    readonly answer: SumQuestions[K]['answer'];
  };
}[N];

/** Logits as the worker holds them. */
export interface HeldLogits {
  /** [n, classes]. */
  readonly logits: Float32Array;
  /** [n]. */
  readonly labels: Int32Array;
  readonly classes: number;
}

export type ToWorker<N extends SumName = SumName> =
  | ({ readonly type: 'hold'; readonly logitsId: LogitsId } & HeldLogits)
  | { readonly type: 'drop'; readonly logitsId: LogitsId }
  | Question<N>
  /** Nobody waits for the answer any more. */
  | { readonly type: 'cancel'; readonly id: number };

export type ToPage<N extends SumName = SumName> =
  SumAnswer<N> | { readonly type: 'refusal'; readonly id: number; readonly name: SumName; readonly problem: Problem };
