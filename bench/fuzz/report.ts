/** What a child says of its reader so far; the parent keeps the last. */
export interface Report {
  readonly tried: number;
  readonly held: number;
  /** Of the slowest input, in seconds of the processor: others may have it meanwhile. */
  readonly worstSeconds: number;
  /** Of the resident memory, above what the process had before its first input. */
  readonly worstBytes: number;
  /** Inputs that did not hold, and why. */
  readonly faults: readonly { readonly input: number; readonly why: string }[];
  readonly ended: boolean;
}

/** What holds: each input is read or refused in so many seconds, with so much memory. */
export const mostSeconds = 1;
export const mostBytes = 512 * 2 ** 20;
