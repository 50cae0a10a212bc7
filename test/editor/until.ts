import { setTimeout as sleep } from 'node:timers/promises';

/** Long, for a machine that is busy with something else. */
const limitSeconds = 90;

/**
 * Asks again and again until there is an answer other than null and false, and gives it.
 * @param what is waited for, for the message when it does not come
 */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<Exclude<T, null | false | undefined>> {
  const end = Date.now() + limitSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isAnswer(answer)) return answer;
    if (Date.now() > end) throw new Error(`Not within ${limitSeconds} s: ${what}.`);
    await sleep(100);
  }
}

function isAnswer<T>(answer: T): answer is Exclude<T, null | false | undefined> {
  return answer !== null && answer !== false && answer !== undefined;
}
