import type { Trial } from './trial.js';

/** A kind of fault. */
export interface Kind {
  readonly name: string;
  /** How many trials the short form makes. */
  readonly short: number;
  /** Why it cannot be tried here; null where it can. */
  readonly unavailable?: () => string | null;
  /** Commits the fault and looks what became of it. @throws Broken */
  readonly attempt: (trial: Trial) => Promise<void>;
}
