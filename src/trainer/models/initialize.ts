import { randomStream } from '../../core/random.js';
import { assertNever } from '../../core/problem.js';
import { stateOf, type Distribution, type Model } from './model.js';

/**
 * The values training begins with, as PyTorch distributes them. They depend on the seed and the parameter's name alone,
 * so a baseline and a student of one seed begin equal.
 * @returns values of parameters and buffers in their layout, by name
 */
export function initialState(model: Pick<Model, 'parameters' | 'buffers'>, seed: number): Record<string, Float32Array> {
  return Object.fromEntries(
    stateOf(model).map(({ name, shape, initial }) => {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      fill(values, initial, { seed, name });
      return [name, values];
    }),
  );
}

function fill(values: Float32Array, initial: Distribution, { seed, name }: { seed: number; name: string }): void {
  switch (initial.kind) {
    case 'uniform':
      randomStream(seed, 'initial parameters', name).fillUniform(values, { low: -initial.bound, high: initial.bound });
      return;
    case 'normal':
      randomStream(seed, 'initial parameters', name).fillNormal(values, initial.deviation);
      return;
    case 'constant':
      values.fill(initial.value);
      return;
    default:
      assertNever(initial);
  }
}
