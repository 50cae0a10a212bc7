import { assertNever } from '../../core/problem.js';
import type { ModelSpec } from '../../core/spec/spec.js';
import { convnet } from './convnet.js';
import { mlp } from './mlp.js';
import { cifarResnet, resnet } from './resnet.js';
import { vit } from './vit.js';
import type { Model, PictureShape } from './model.js';

/**
 * The network of a spec for pictures of one shape.
 * @throws ProblemError where the network does not fit the pictures
 */
export function createModel(spec: ModelSpec, input: PictureShape): Model {
  switch (spec.kind) {
    case 'mlp':
      return mlp(spec, input);
    case 'convnet':
      return convnet(spec, input);
    case 'resnet':
      return resnet(spec, input);
    case 'cifar-resnet':
      return cifarResnet(spec, input);
    case 'vit':
      return vit(spec, input);
    case 'onnx':
      throw new Error('an ONNX file is asked and not built: see networks/backbone.ts');
    default:
      return assertNever(spec);
  }
}
