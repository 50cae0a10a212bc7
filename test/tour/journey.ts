import { availableParallelism, loadavg } from 'node:os';

/** What became of the steps of a tour. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** One thing that a person does, and what they see then. It throws when they see something else. */
export interface Step {
  readonly title: string;
  readonly take: () => Promise<void>;
}

/** Steps that build on each other: after one that failed the rest are left out. */
export interface Journey {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** Takes a journey's steps in turn and prints how they went. @param onFailure keeps what the screen showed */
export async function travel(
  { title, steps }: Journey,
  { tally, onFailure }: { tally: Tally; onFailure: (step: string) => Promise<void> },
): Promise<void> {
  console.log(`\n  ${title}`);
  let lost = false;
  for (const step of steps) {
    if (lost) {
      tally.skipped += 1;
      console.log(`    - ${step.title}`);
      continue;
    }
    const started = Date.now();
    try {
      await step.take();
      tally.passed += 1;
      console.log(`    ✔ ${step.title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      lost = true;
      tally.failed += 1;
      console.log(
        `    ✖ ${step.title}\n${indented(error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
      );
      await onFailure(step.title);
    }
  }
}

/** Prints a figure that was measured. */
export function measured(what: string): void {
  console.log(`      ${what}`);
}

/**
 * Prints a figure that was measured, in milliseconds, beside what is aimed at. Far beyond it is a failure, unless others
 * keep the machine so busy that it says nothing: then it is said that it was not tested.
 */
export function promised(
  what: string,
  { milliseconds, aim, most }: Record<'milliseconds' | 'aim' | 'most', number>,
): void {
  const words = `${what} ${inWords(milliseconds)} (aim: ${inWords(aim)})`;
  measured(words);
  if (milliseconds <= most) return;
  const waiting = loadavg()[0] ?? 0;
  if (waiting <= 2 * availableParallelism()) throw new Error(`That is far too late: ${words}`);
  console.log(`NOT TESTED: that it is soon enough, for the machine is busy with something else: ${words}`);
}

const inWords = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

function indented(text: string): string {
  return text.replace(/^/gm, '      ');
}
