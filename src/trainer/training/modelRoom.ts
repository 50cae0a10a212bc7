import { ProblemError } from '../../core/problem.js';
import type { OptimizerSpec } from '../../core/spec/spec.js';
import { bytes as words, count } from '../../core/words.js';
import { memoryLimit } from '../data/memoryRoom.js';
import { stateOf, type Model } from '../models/model.js';
import { createOptimizer } from './optimizer.js';

/** Every tensor is there as it was and as a step makes it. */
const copies = 2;

/**
 * Whether a network fits into memory, with what its optimizer keeps beside each weight: the least that a step needs, for
 * what lies between the layers comes on top.
 * @param optimizer null where nothing is trained
 * @throws ProblemError `model-too-large`
 */
export function checkModelRoom(
  model: Pick<Model, 'parameters' | 'buffers'>,
  { optimizer, memory = memoryLimit() }: { optimizer: OptimizerSpec | null; memory?: number },
): void {
  const slots = optimizer === null ? [] : createOptimizer(optimizer, { maxNorm: null }).slots(model.parameters);
  const sizeOf = (tensors: readonly { readonly shape: readonly number[] }[]): number =>
    tensors.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const parameters = sizeOf(model.parameters);
  const held = copies * Float32Array.BYTES_PER_ELEMENT * (sizeOf(stateOf(model)) + sizeOf(slots));
  if (held <= memory) return;
  throw new ProblemError({
    code: 'model-too-large',
    message: `The network has ${count(parameters)} parameters, which take ${words(held)} of memory while they are trained, and there are ${words(memory)}.`,
    fix: 'Make it smaller, or train on a machine with more memory.',
    place: { path: 'model' },
  });
}
