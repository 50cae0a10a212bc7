import type { ModelSpec } from '../../core/spec/spec.js';
import { droppedAt, fullyConnected } from './fullyConnected.js';
import { flattened } from './layers.js';
import type { Model, PictureShape } from './model.js';
import { preprocess, seenShape } from './preprocess.js';

/** A multilayer perceptron on all pixels of a picture, ReLU between its layers: the nets of Hinton et al. 2015. */
export function mlp(spec: Extract<ModelSpec, { kind: 'mlp' }>, picture: PictureShape): Model {
  const seen = seenShape(picture, spec.input);
  const pixels = seen.height * seen.width * seen.channels;
  const layers = fullyConnected({
    inputs: pixels,
    hidden: spec.hidden,
    classes: picture.classes,
    dropout: spec.dropout,
  });
  const inputDropout = { name: 'input', units: pixels, rate: spec.inputDropout };
  return {
    ...layers,
    seen,
    buffers: [],
    dropouts: [...(inputDropout.rate > 0 ? [inputDropout] : []), ...layers.dropouts],
    features: (parameters, images, pass) =>
      layers.features(parameters, droppedAt(flattened(preprocess(images, spec.input)), pass, inputDropout), pass),
  };
}
