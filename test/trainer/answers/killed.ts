import { AnswerStore } from '../../../src/trainer/answers/answerStore.js';
import { slowMaker } from './slowMaker.js';

/** Computes answers and keeps every few of them, until it is killed: node killed.mjs <folder> <n> <width> */
const [folder = '', n = '0', width = '0'] = process.argv.slice(2);
const store = new AnswerStore({ folder, keepSeconds: 0, note: () => undefined, onProgress: () => () => undefined });
process.stdout.write('ready');
const maker = slowMaker({ width: Number(width), onRows: () => undefined });
await store.rows({
  kind: 'logits',
  identity: { network: 'a', pictures: 'b' },
  what: 'logits of a toy',
  n: Number(n),
  open: () => Promise.resolve(maker),
});
