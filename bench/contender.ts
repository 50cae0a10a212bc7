import type { BenchCase } from './cases.js';

/** Someone who can make training steps. */
export interface Contender {
  readonly name: string;
  /** What it runs on, for the report. */
  readonly description: string;
  /** Steps in a round: as many as take a comparable time. */
  readonly stepsPerRound: number;
  /** Makes ready and warms up. What it returns is used until the next call. */
  prepare(benchCase: BenchCase): Promise<Prepared>;
  close(): Promise<void>;
}

export type Prepared =
  | {
      readonly kind: 'ready';
      /** Milliseconds of each of so many steps in a row. */
      steps(count: number): Promise<number[]>;
      dispose(): Promise<void>;
    }
  | { readonly kind: 'cannot'; readonly reason: string };
