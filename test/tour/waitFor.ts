import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../../scripts/editor/patience.js';

/** Asks again and again until the answer is yes. @param what is waited for, for the message when it does not come */
export async function waitFor(
  what: string,
  ask: () => Promise<boolean>,
  { limit = patience }: { limit?: number } = {},
): Promise<void> {
  const end = Date.now() + limit;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`Not within ${limit / 1000} s: ${what}.`);
    await sleep(100);
  }
}
