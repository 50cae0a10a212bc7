import { basename } from 'node:path';
import type { RunSpec } from '../../core/spec/spec.js';
import { stepsInEpoch } from '../data/batches.js';
import type { DatasetShape } from '../data/dataset.js';
import type { Engine } from '../engines/engine.js';
import { onnxRuntimeDialect } from '../engines/onnx/lowerings/lowerings.js';
import { trace } from '../engines/onnx/trace/trace.js';
import { requireTrainedHead } from '../evaluateRun.js';
import { createModel } from '../models/create.js';
import { stateOf, type Model } from '../models/model.js';
import { mapOfFile } from '../networks/outputMeaning.js';
import { openOnnxNet } from '../onnxFile/onnxNet.js';
import type { OnnxSpec } from '../onnxFile/interface.js';
import { checkModelRoom } from '../training/modelRoom.js';
import { createOptimizer } from '../training/optimizer.js';
import { trainProgram } from '../training/programs.js';
import { startingNetwork } from '../training/startingNetwork.js';
import { trimmedFor } from '../training/heldTensors.js';
import { checkWeights, readWeights } from '../weights/readWeights.js';
import type { Findings } from './findings.js';

/** What is asked of a network, and where it is told. */
export interface NetworkCheck {
  /** Its place in the question. */
  readonly index: number;
  readonly spec: RunSpec;
  readonly shape: DatasetShape;
  /** Whether files are read to their end, and not only what they begin with. */
  readonly whole: boolean;
  /** What prepares the pictures of an ONNX file. */
  readonly engine: () => Promise<Engine>;
  readonly findings: Findings;
}

/** Builds the network of a run for the pictures that there are, and opens the files that it begins from. */
export async function checkNetwork(check: NetworkCheck): Promise<void> {
  const { index, spec, shape, findings } = check;
  const { train, trainable } = spec;
  if (trainable !== 'none') {
    await findings.of({ spec: index, path: ['train', 'batchSize'] }, () =>
      stepsInEpoch({ examples: shape.examples.train, batchSize: train.batchSize }),
    );
  }
  if (spec.model.kind === 'onnx') return checkOnnxFile(spec.model, check);
  const { model: modelSpec } = spec;
  const model = await findings.of({ spec: index, path: ['model'] }, () => {
    const built = createModel(modelSpec, shape.picture);
    checkModelRoom(built, { optimizer: trainable === 'none' ? null : train.optimizer });
    return built;
  });
  if (model === null) return;
  if (trainable === 'all') await checkStep(model, check);
  await checkFile(model, check);
}

/** Only a batch of one can be too small for a network, and that shows in its step. */
async function checkStep(whole: Model, { index, spec: { train }, shape: { picture }, findings }: NetworkCheck) {
  if (train.batchSize > 1) return;
  const model = trimmedFor(train.optimizer, whole);
  const optimizer = createOptimizer(train.optimizer, { maxNorm: train.maxNorm });
  const tensors = [...stateOf(model), ...optimizer.slots(model.parameters)];
  const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]));
  const program = trainProgram({ model, optimizer, distillation: null, batchSize: train.batchSize, picture });
  await findings.of({ spec: index, path: ['train', 'batchSize'] }, () => trace(program, shapes, onnxRuntimeDialect));
}

async function checkFile(model: Model, { index, spec, shape, whole, findings }: NetworkCheck): Promise<void> {
  const { weights, trainable } = spec;
  if (weights === null) return;
  await findings.of({ spec: index, path: ['weights'] }, async () => {
    // Its hash was computed a moment ago, from the same contents.
    const own = { ...spec, weights: { file: weights.file } };
    const options = { weights: own.weights, kind: spec.model.kind };
    const header = await checkWeights(model, options);
    const isUntrained = trainable === 'none' && header.missing.some((name) => model.head.includes(name));
    // Which outputs of the file are meant shows in its head.
    const network = spec.model.classes !== undefined || isUntrained ? await startingNetwork(own, shape) : null;
    if (network === null && whole) await readWeights(model, options);
    if (network !== null && trainable === 'none') requireTrainedHead(network, { spec, classes: shape.classes });
    findings.looked(`${header.file}: ${network?.report?.loaded ?? header.loaded} tensors that fit`);
    if (network?.used != null) findings.looked(network.used);
  });
}

async function checkOnnxFile(
  model: OnnxSpec,
  { index, spec: { trainable }, shape: { picture, classes }, engine, findings }: NetworkCheck,
): Promise<void> {
  await findings.of({ spec: index, path: ['model', 'file'] }, async () => {
    const asked = trainable === 'head' ? 'features' : 'logits';
    const net = await openOnnxNet(model, { asked, picture, engine: await engine(), threads: 1, batchSize: 1 });
    const { width } = net;
    await net.dispose();
    findings.looked(`${basename(model.file)}: ${width} ${asked === 'logits' ? 'outputs' : asked} of a picture`);
    if (asked === 'logits') await mapOfFile(model, { width, classes });
  });
}
