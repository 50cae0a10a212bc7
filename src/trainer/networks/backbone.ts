import { basename } from 'node:path';
import { modelIdentity } from '../../core/spec/identity.js';
import type { RunSpec } from '../../core/spec/spec.js';
import { FileHashes } from '../../run/files/fileHash.js';
import type { AnswerKind } from '../../run/cache/answers.js';
import type { SplitName } from '../../run/folder.js';
import { onnxHash } from '../../run/onnxCompanions.js';
import { weightsHash } from '../../run/weights/shardIndex.js';
import type { Rows } from '../../run/cache/rows.js';
import { compiledNet, pictureRows, type FrozenNet } from '../answers/frozenNet.js';
import { createModel } from '../models/create.js';
import { stateOf, type Model } from '../models/model.js';
import { openOnnxNet } from '../onnxFile/onnxNet.js';
import { featuresProgram, logitsProgram } from '../training/programs.js';
import { startingState } from '../training/startingState.js';
import { evaluationBatchOf } from '../evaluation/evaluationBatch.js';
import type { NetworkContext } from './context.js';

export type BackboneSpec = Pick<RunSpec, 'model' | 'weights' | 'seed'>;

/** What of a network is not trained: all of it, or all but its head; and what it says of pictures. */
export class Backbone {
  constructor(
    private readonly spec: BackboneSpec,
    private readonly asked: AnswerKind,
    private readonly context: NetworkContext,
  ) {}

  /** Its answers to a split: stored, or computed and stored. */
  async rows(split: SplitName): Promise<Rows> {
    const { store, pictures } = this.context;
    return store.rows({
      kind: this.asked,
      identity: { network: await this.#identity(), pictures: pictures.identity(split) },
      what: `${this.asked} of ${this.#name}, ${pictures.words(split)}`,
      n: pictures.split(split).labels.length,
      open: async () => pictureRows(await this.open(), pictures.split(split)),
    });
  }

  /** Makes it ready to be asked. */
  async open(batchSize?: number): Promise<FrozenNet> {
    const { model: spec } = this.spec;
    const { engine, threads, picture, note } = this.context;
    if (spec.kind === 'onnx') {
      return openOnnxNet(spec, {
        asked: this.asked,
        picture,
        engine,
        threads,
        batchSize: batchSize ?? null,
        note,
      });
    }
    const model = createModel(spec, picture);
    const { state } = await startingState(this.spec, model);
    const size = batchSize ?? evaluationBatchOf(model);
    return this.asked === 'features'
      ? featuresNet(model, state, { ...this.context, batchSize: size })
      : logitsNet(model, state, { ...this.context, batchSize: size });
  }

  get #name(): string {
    const { model, weights } = this.spec;
    if (model.kind === 'onnx') return basename(model.file);
    return weights === null ? `${model.kind} of seed ${this.spec.seed}` : `${model.kind} (${basename(weights.file)})`;
  }

  /** All that decides what it says of a picture. */
  async #identity(): Promise<object> {
    const { model, weights, seed } = this.spec;
    const hashes = new FileHashes();
    const hashOf = (path: string): Promise<string> => hashes.of(path);
    if (model.kind === 'onnx') {
      return modelIdentity({ ...model, sha256: model.sha256 ?? (await onnxHash(model.file, hashOf)) });
    }
    if (weights === null) return { model, seed };
    return { model, weights: weights.sha256 ?? (await weightsHash(weights.file, hashOf)) };
  }
}

type State = Readonly<Record<string, Float32Array>>;
type NetOptions = Pick<NetworkContext, 'engine' | 'picture'> & { batchSize: number };

/** A network with its parameters and buffers, to be asked for logits. */
export function logitsNet(model: Model, state: State, { engine, picture, batchSize }: NetOptions): Promise<FrozenNet> {
  const program = logitsProgram({ name: 'frozen network', model, batchSize, picture });
  const variables = variablesOf(model, state);
  return compiledNet(engine, program, { output: 'logits', width: picture.classes, batchSize, variables });
}

function featuresNet(model: Model, state: State, { engine, picture, batchSize }: NetOptions): Promise<FrozenNet> {
  const program = featuresProgram({ name: 'frozen backbone', model, batchSize, picture });
  const parameters = model.parameters.filter(({ name }) => !model.head.includes(name));
  const variables = variablesOf({ ...model, parameters }, state);
  return compiledNet(engine, program, { output: 'features', width: model.featureCount, batchSize, variables });
}

/** Parameters and buffers, as an engine is given them. */
export function variablesOf(model: Pick<Model, 'parameters' | 'buffers'>, state: State) {
  return Object.fromEntries(
    stateOf(model).map(({ name, shape }) => {
      const values = state[name];
      if (values === undefined) throw new Error(`the network has no values of "${name}"`);
      return [name, { shape, values }];
    }),
  );
}
