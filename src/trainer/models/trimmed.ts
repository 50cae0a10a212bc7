import type { Model, ParameterSpec } from './model.js';
import type { ReachablePart } from './reach.js';

/**
 * The model with kernels that hold only the taps that ever meet a picture. It computes the same, since the others have
 * no part in any result. A ResNet of ImageNet's has half of its weights in those where it sees pictures of 32×32, and a
 * step need not pass over them.
 */
export const trimmed = (model: Model): Model => ({ ...model, parameters: model.parameters.map(trimmedParameter) });

function trimmedParameter(parameter: ParameterSpec): ParameterSpec {
  const { shape: whole, reach } = parameter;
  if (reach === undefined) return parameter;
  const [outputs = 0, inputs = 0] = whole;
  const shape = [outputs, inputs, reach.rows[1] - reach.rows[0], reach.columns[1] - reach.columns[0]];
  return { ...parameter, shape, part: { whole, reach } };
}

/** @returns the part of a whole tensor, a copy */
export function taken(whole: Float32Array, part: ReachablePart): Float32Array {
  const places = placesOf(part);
  return Float32Array.from(places, (place) => whole[place] ?? 0);
}

/** @returns a copy of the whole tensor with the part replaced */
export function putBack(whole: Float32Array, values: Float32Array, part: ReachablePart): Float32Array {
  const result = whole.slice();
  placesOf(part).forEach((place, index) => {
    result[place] = values[index] ?? 0;
  });
  return result;
}

/** Where the elements of the part, in their order, lie in the whole. */
function placesOf({ whole, reach: { rows, columns } }: ReachablePart): Uint32Array {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = whole;
  const perKernel = (rows[1] - rows[0]) * (columns[1] - columns[0]);
  const places = new Uint32Array(outputs * inputs * perKernel);
  let next = 0;
  for (let kernel = 0; kernel < outputs * inputs; kernel++) {
    for (let row = rows[0]; row < rows[1]; row++) {
      for (let column = columns[0]; column < columns[1]; column++) {
        places[next++] = (kernel * height + row) * width + column;
      }
    }
  }
  return places;
}
