import { AnswerStore } from '../../../src/trainer/answers/answerStore.js';
import { sharedAt } from '../../run/opened.js';
import { slowMaker } from './slowMaker.js';

/**
 * Computes answers and keeps every few of them, until it is killed. It makes no more than `most` rows, and waits then:
 *   node killed.mjs <folder> <n> <width> <most>
 */
const [folder = '', n = '0', width = '0', most = '0'] = process.argv.slice(2);
const cache = sharedAt(folder);
const store = new AnswerStore({ cache, keepSeconds: 0, note: () => undefined, onProgress: () => () => undefined });
process.stdout.write('ready');
const maker = slowMaker({
  width: Number(width),
  onRows: () => undefined,
  until: async (first) => {
    while (first >= Number(most)) await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
});
await store.rows({
  kind: 'logits',
  identity: { network: 'a', pictures: 'b' },
  what: 'logits of a toy',
  n: Number(n),
  open: () => Promise.resolve(maker),
});
