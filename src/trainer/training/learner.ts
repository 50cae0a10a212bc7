import { augmentWords, isAugmented, type RunSpec } from '../../core/spec/spec.js';
import type { Rows } from '../../data/cache/rows.js';
import type { RowSource } from './feed.js';
import type { Engine, Variables } from '../engines/engine.js';
import { logitsOf } from '../evaluation/evaluate.js';
import { evaluationBatchOf } from '../models/evaluationBatch.js';
import { createModel } from '../models/create.js';
import { initialState } from '../models/initialize.js';
import type { Model } from '../models/model.js';
import { trimmedFor } from './heldTensors.js';
import { Backbone } from '../networks/backbone.js';
import type { NetworkContext } from '../networks/context.js';
import { headModel, headRows } from '../networks/head.js';
import type { OnProgress } from '../progress.js';
import { featuresName, logitsProgram } from './programs.js';
import { startingNetwork, type StartingNetwork } from './startingNetwork.js';

type Evaluated = 'validation' | 'test';

/** What of a network learns: the whole of it from pictures, or its head from features. */
export interface Learner {
  readonly model: Model;
  readonly seen: 'pictures' | 'features';
  /** Inputs of the step beside pictures and labels. */
  readonly rows: readonly { readonly name: string; readonly source: RowSource }[];
  /** Values to begin with, of whole tensors, and what came of a file of weights. */
  start(): Promise<Pick<StartingNetwork, 'state' | 'report' | 'used'>>;
  /** Logits of a split with the present values, float32 [n, classes]. */
  evaluate(
    split: Evaluated,
    now: { engine: Engine; variables: Variables; onProgress: OnProgress },
  ): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * @throws ProblemError what is wrong with the network, its file or its weights; whatever the progress of the features
 *   throws, to stop
 */
export async function learnerOf(spec: RunSpec, context: NetworkContext): Promise<Learner> {
  return spec.trainable === 'head' ? headLearner(spec, context) : wholeLearner(spec, context);
}

function wholeLearner(spec: RunSpec, { picture, pictures }: NetworkContext): Learner {
  const whole = createModel(spec.model, picture);
  const model = trimmedFor(spec.train.optimizer, whole);
  const batchSize = evaluationBatchOf(model);
  let compiled: ReturnType<Engine['compile']> | null = null;
  return {
    model,
    seen: 'pictures',
    rows: [],
    start: () => startingNetwork(spec, { picture, classes: pictures.classes }),
    evaluate: async (split, { engine, variables, onProgress }) => {
      // Made when it is first needed, which is after the first epoch: the first step need not wait for it.
      compiled ??= engine.compile(logitsProgram({ name: 'evaluation', model, batchSize, picture }), variables);
      return logitsOf(pictures.split(split), { compiled: await compiled, batchSize, picture, onProgress });
    },
    dispose: async () => {
      await (await compiled)?.dispose();
    },
  };
}

async function headLearner(spec: RunSpec, context: NetworkContext): Promise<Learner> {
  const { picture, pictures } = context;
  const backbone = new Backbone(spec, 'features', context);
  const evaluated: Partial<Record<Evaluated, Rows>> = {};
  for (const split of ['validation', 'test'] as const) {
    if (pictures.split(split).labels.length > 0) evaluated[split] = await backbone.rows(split);
  }
  const source = await trainingFeatures(spec, { backbone, context });
  const featureCount = source.kind === 'stored' ? source.rows.width : source.net.width;
  const model = headModel(spec.model, { picture, featureCount });
  return {
    model,
    seen: 'features',
    rows: [{ name: featuresName, source }],
    start: async () => {
      if (spec.model.kind === 'onnx') return { state: initialState(model, spec.seed), report: null, used: null };
      return startingNetwork(spec, { picture, classes: pictures.classes });
    },
    evaluate: async (split, { engine, variables, onProgress }) => {
      const features = evaluated[split];
      if (features === undefined) return new Float32Array();
      const maker = await headRows(features, { model, variables, engine, classes: picture.classes });
      const logits = new Float32Array(features.n * picture.classes);
      for (let first = 0; first < features.n; first += maker.batchSize) {
        const count = Math.min(maker.batchSize, features.n - first);
        logits.set(await maker.rows({ first, count }), first * picture.classes);
        onProgress(first + count, features.n);
      }
      await maker.dispose();
      return logits;
    },
    dispose: async () => {
      for (const rows of Object.values(evaluated)) await rows.dispose();
      await (source.kind === 'stored' ? source.rows.dispose() : source.net.dispose());
    },
  };
}

async function trainingFeatures(
  { train }: RunSpec,
  { backbone, context }: { backbone: Backbone; context: NetworkContext },
): Promise<RowSource> {
  if (!isAugmented(train.augment)) return { kind: 'stored', rows: await backbone.rows('train') };
  context.note(
    `The training pictures are changed at random (${augmentWords(train.augment)}): the frozen backbone looks at each anew in every step, and its features are not stored.`,
  );
  return { kind: 'asked', net: await backbone.open(train.batchSize), of: backbone.answering };
}
