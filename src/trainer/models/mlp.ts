import type { ModelSpec } from '../../core/spec.js';
import { droppedAt, fullyConnected } from './fullyConnected.js';
import { flattened, scaled } from './layers.js';
import type { Model, PictureShape } from './model.js';

/** A multilayer perceptron on all pixels of a picture, ReLU between its layers: the nets of Hinton et al. 2015. */
export function mlp(spec: Extract<ModelSpec, { kind: 'mlp' }>, input: PictureShape): Model {
  const pixels = input.height * input.width * input.channels;
  const layers = fullyConnected({
    inputs: pixels,
    hidden: spec.hidden,
    classes: input.classes,
    dropout: spec.dropout,
  });
  const inputDropout = { name: 'input', units: pixels, rate: spec.inputDropout };
  return {
    ...layers,
    buffers: [],
    dropouts: [...(inputDropout.rate > 0 ? [inputDropout] : []), ...layers.dropouts],
    features: (parameters, images, pass) =>
      layers.features(parameters, droppedAt(flattened(scaled(images)), pass, inputDropout), pass),
  };
}
