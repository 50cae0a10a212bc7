import type { ModelSpec } from '../../core/spec/spec.js';
import type { Rows } from '../../data/cache/rows.js';
import { floatsOf, type RowMaker } from '../answers/frozenNet.js';
import type { Engine, Variables } from '../engines/engine.js';
import { createModel } from '../models/create.js';
import { linear, linearParameters } from '../models/layers.js';
import type { Model, PictureShape } from '../models/model.js';
import { featuresName, headProgram } from '../training/programs.js';

/** Features that a head is applied to at once. */
const headBatch = 500;

/**
 * The head of a network as a model of its own, whose only parameters are those of the last layer. An ONNX file gets a
 * new one, called `head` as timm does.
 * @param featureCount the length of what it sees, which only the features of an ONNX file tell
 */
export function headModel(
  spec: ModelSpec,
  { picture, featureCount }: { picture: PictureShape; featureCount: number },
): Model {
  const none = { buffers: [], dropouts: [] };
  if (spec.kind === 'onnx') {
    const parameters = linearParameters('head', { inputs: featureCount, outputs: picture.classes });
    return {
      ...none,
      parameters,
      seen: picture,
      head: parameters.map(({ name }) => name),
      featureCount,
      features: noBackbone,
      classify: (values, features) => linear(values, 'head', features),
    };
  }
  const model = createModel(spec, picture);
  const parameters = model.parameters.filter(({ name }) => model.head.includes(name));
  return { ...model, ...none, parameters, features: noBackbone };
}

function noBackbone(): never {
  throw new Error('a head alone sees no pictures');
}

/**
 * What a head says of features that are there already.
 * @param variables with the parameters of the head; they stay the caller's
 */
export async function headRows(
  features: Rows,
  { model, variables, engine, classes }: { model: Model; variables: Variables; engine: Engine; classes: number },
): Promise<RowMaker> {
  const batchSize = Math.max(1, Math.min(headBatch, features.n));
  const compiled = await engine.compile(headProgram({ name: 'head', model, batchSize }), variables);
  const buffer = new Float32Array(batchSize * features.width);
  return {
    width: classes,
    batchSize,
    rows: async ({ first, count }) => {
      const indices = Int32Array.from({ length: count }, (_, row) => first + row);
      await features.gather(indices, buffer.subarray(0, count * features.width));
      const { logits } = await compiled.run({ [featuresName]: buffer });
      return floatsOf(logits, 'logits').subarray(0, count * classes);
    },
    dispose: () => compiled.dispose(),
  };
}
