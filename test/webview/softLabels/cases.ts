import { randomStream } from '../../../src/core/random.js';
import type { LogitsAnswer } from '../../../src/panel/protocol.js';

/** Answers as a model gives them: the truth likelier than the rest, some of them wrong. Labels go round. */
export function answersOf({ n, classes, seed }: { n: number; classes: number; seed: number }): LogitsAnswer {
  const logits = new Float32Array(n * classes);
  randomStream(seed, 'logits').fillUniform(logits, { low: -4, high: 4 });
  const labels = Int32Array.from({ length: n }, (_, row) => row % classes);
  labels.forEach((label, row) => {
    const cell = row * classes + label;
    logits[cell] = (logits[cell] ?? NaN) + 4;
  });
  return { n, classes, logits, labels };
}
