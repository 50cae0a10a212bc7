import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogitsPlace, ToPanel } from '../../../src/panel/protocol.js';
import { Connection, type HostPort } from '../../../webview/connection.js';
import { LogitsCache } from '../../../webview/logitsCache.js';
import { answersOf } from '../softLabels/cases.js';
import { settled } from '../softLabels/turnedByHand.js';

/** A cache with room for two answers. The host knows every epoch but the thirteenth. */
function smallCache(): { cache: LogitsCache; asked: number[]; dropped: number[] } {
  const asked: number[] = [];
  const dropped: number[] = [];
  let last = 0;
  let answer: (message: ToPanel) => void = () => undefined;
  const port: HostPort = {
    post: (message) => {
      if (message.type !== 'request' || message.name !== 'logits') return;
      const { id, name, epoch } = message;
      asked.push(epoch);
      if (epoch === 13) answer({ type: 'refusal', id, problem: { code: 'file-missing', message: 'gone' } });
      else answer({ type: 'answer', id, name, answer: { ...answersOf({ n: 10, classes: 5, seed: epoch }), epoch } });
    },
    listen: (listener) => {
      answer = (message) => queueMicrotask(() => listener(message));
    },
    readState: () => undefined,
    saveState: () => undefined,
  };
  const connection = new Connection(port, () => undefined);
  const sums = { hold: () => ++last, drop: (id: number) => void dropped.push(id) };
  return { cache: new LogitsCache(connection, sums, 2 * 240), asked, dropped };
}

const at = (epoch: number): LogitsPlace => ({ run: 'a', split: 'test', epoch });

test('logits that are shown stay with the worker, the others leave when there is no room, the oldest first', async () => {
  const { cache, asked, dropped } = smallCache();
  const shown = cache.hold(at(1));
  await shown.stored;
  for (const epoch of [2, 3, 4]) {
    const held = cache.hold(at(epoch));
    await held.stored;
    held.release();
  }
  await settled();
  assert.deepEqual(dropped, [2, 3], 'the first is held, the last is what was used last');
  shown.release();
  shown.release();
  await cache.hold(at(5)).stored;
  await settled();
  assert.deepEqual(dropped, [2, 3, 1]);
  await cache.hold(at(4)).stored;
  assert.deepEqual(asked, [1, 2, 3, 4, 5], 'what is there is not asked for again');
});

test('what the host refused is asked for again', async () => {
  const { cache, asked } = smallCache();
  for (let time = 0; time < 2; time++) await assert.rejects(cache.hold(at(13)).stored, /gone/);
  assert.deepEqual(asked, [13, 13]);
});
