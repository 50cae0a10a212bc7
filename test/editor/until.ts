import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../../scripts/editor/patience.js';

/**
 * Asks again and again until there is an answer other than null and false, and gives it.
 * @param what is waited for, for the message when it does not come
 */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<Exclude<T, null | false | undefined>> {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (isAnswer(answer)) return answer;
    if (Date.now() > end) throw new Error(`Not within ${patience / 1000} s: ${what}.`);
    await sleep(100);
  }
}

function isAnswer<T>(answer: T): answer is Exclude<T, null | false | undefined> {
  return answer !== null && answer !== false && answer !== undefined;
}
