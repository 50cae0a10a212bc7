import { basename } from 'node:path';
import { setWords } from '../../core/datasets/dataWords.js';
import { modelIdentity } from '../../core/spec/identity.js';
import type { RunSpec } from '../../core/spec/spec.js';
import { FileHashes } from '../../node/files/fileHash.js';
import type { AnswerKind } from '../../data/cache/answers.js';
import type { SplitName } from '../../run/folder.js';
import { sha256 } from '../../node/files/hash.js';
import { onnxHash } from '../../data/weights/onnxCompanions.js';
import { weightsHash } from '../../data/weights/shardIndex.js';
import { takeAll, type Rows } from '../../data/cache/rows.js';
import { mapWords } from '../../core/classes/classMap.js';
import { finiteRows, type Answering } from '../answers/finite.js';
import { compiledNet, pictureRows, type FrozenNet } from '../answers/frozenNet.js';
import { stateOf, type Model } from '../models/model.js';
import type { OnnxSpec } from '../onnxFile/interface.js';
import { openOnnxNet } from '../onnxFile/onnxNet.js';
import { featuresProgram, logitsProgram } from '../training/programs.js';
import { startingNetwork } from '../training/startingNetwork.js';
import { evaluationBatchOf } from '../models/evaluationBatch.js';
import type { NetworkContext } from './context.js';
import { asLogits, formWarning, onnxMeaning, zerosWarning, type OutputMeaning } from './outputMeaning.js';

export type BackboneSpec = Pick<RunSpec, 'model' | 'weights' | 'seed' | 'trainable'>;

/** What of a network is not trained: all of it, or all but its head; and what it says of pictures. */
export class Backbone {
  #meaning: Promise<OutputMeaning> | null = null;

  constructor(
    private readonly spec: BackboneSpec,
    private readonly asked: AnswerKind,
    private readonly context: NetworkContext,
  ) {}

  /** Whose answers these are. */
  get answering(): Answering {
    const { model, weights } = this.spec;
    return { name: this.#name, file: model.kind === 'onnx' ? model.file : (weights?.file ?? null) };
  }

  /** Its answers to a split: stored, or computed and stored. @throws ProblemError `not-finite`, and as `open` */
  async rows(split: SplitName): Promise<Rows> {
    const { store, pictures } = this.context;
    return store.rows({
      kind: this.asked,
      identity: { network: await this.#identity(), pictures: pictures.identity(split) },
      what: `${this.asked} of ${this.#name}, ${pictures.words(split)}`,
      n: pictures.split(split).labels.length,
      open: async () =>
        finiteRows(pictureRows(await this.open(), pictures.split(split)), { of: this.answering, to: setWords(split) }),
    });
  }

  /**
   * Makes it ready to be asked: for logits of the data set's classes, or for features.
   * @throws ProblemError what is wrong with the network, or `classes-…`
   */
  async open(batchSize?: number): Promise<FrozenNet> {
    const { model: spec } = this.spec;
    const { engine, threads, picture, pictures, warn } = this.context;
    if (spec.kind === 'onnx') {
      const options = { asked: this.asked, picture, engine, threads, batchSize: batchSize ?? null };
      if (this.asked === 'features') return openOnnxNet(spec, options);
      const meaning = await this.#onnxMeaning(spec);
      return asLogits(await openOnnxNet(spec, options), meaning, { onZeros: () => warn(zerosWarning(spec)) });
    }
    const { model, state } = await startingNetwork(this.spec, { picture, classes: pictures.classes });
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
    const { classes } = this.context.pictures;
    const named = model.classes === undefined || this.asked === 'features' ? {} : { classes };
    if (model.kind === 'onnx') {
      const network = { ...(await this.#fileIdentity(model)), ...named };
      if (this.asked === 'features') return network;
      const { form, width } = await this.#onnxMeaning(model);
      return form === 'sigmoids' || width === 1 ? { ...network, form } : network;
    }
    const known =
      weights === null ? { seed } : { weights: weights.sha256 ?? (await weightsHash(weights.file, hashOf)) };
    return { model, ...known, ...named };
  }

  async #fileIdentity(model: OnnxSpec): Promise<object> {
    return modelIdentity({ ...model, sha256: model.sha256 ?? (await onnxHash(model.file, hashOf)) });
  }

  /** What the numbers of an ONNX file mean; told once. */
  #onnxMeaning(spec: OnnxSpec): Promise<OutputMeaning> {
    this.#meaning ??= this.#findMeaning(spec);
    return this.#meaning;
  }

  async #findMeaning(spec: OnnxSpec): Promise<OutputMeaning> {
    const { store, pictures, engine, threads, picture, note, warn } = this.context;
    const { classes } = pictures;
    const { images, labels } = pictures.sample;
    const { classes: _classes, values: _values, ...file } = spec;
    const rows = await store.rows({
      kind: 'logits',
      identity: { network: await this.#fileIdentity(file), sample: sha256(images) },
      what: `a sample of what ${this.#name} says`,
      n: labels.length,
      open: async () =>
        pictureRows(await openOnnxNet(spec, { asked: 'logits', picture, engine, threads, batchSize: labels.length }), {
          images,
          labels,
        }),
    });
    const sample = await takeAll(rows);
    const meaning = await onnxMeaning(spec, { sample, width: rows.width, classes });
    const warning = formWarning(spec, meaning);
    if (warning !== null) warn(warning);
    const { map, width } = meaning;
    if (map !== null) note(mapWords(map, { of: this.#name, outputs: Math.max(width, 2), classes }));
    return meaning;
  }
}

const hashOf = (path: string): Promise<string> => new FileHashes().of(path);

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
