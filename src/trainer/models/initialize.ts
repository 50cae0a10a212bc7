import { randomStream } from '../../core/random.js';
import type { Model } from './model.js';

/**
 * The weights training begins with, as PyTorch's `reset_parameters` of Linear and Conv2d distributes them: U(±bound).
 * They depend on the seed and the parameter's name alone, so a baseline and a student of one seed begin equal.
 * @returns values in the parameter's layout, by its name
 */
export function initialParameters(model: Pick<Model, 'parameters'>, seed: number): Record<string, Float32Array> {
  return Object.fromEntries(
    model.parameters.map(({ name, shape, bound }) => {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      randomStream(seed, 'initial parameters', name).fillUniform(values, { low: -bound, high: bound });
      return [name, values];
    }),
  );
}
