import { dirname } from 'node:path';
import { formatProblem, ProblemError, problemOf } from '../core/problem.js';
import { writeNamedFile } from '../node/files/atomicFile.js';
import { cacheOf } from '../data/cache/sharedFolder.js';
import { dataFolder } from '../run/dataFolder.js';
import { runFolder, type RunFolder } from '../run/folder.js';
import { refusedNetwork } from '../run/checkpoint/generations.js';
import { readLog } from '../run/log/logTail.js';
import { onnxCompanions } from '../data/weights/onnxCompanions.js';
import type { RunRecord } from '../run/record.js';
import { readMovedRecord } from '../run/experiment/relocate.js';
import {
  encodeSafetensors,
  readSafetensors,
  requireTensor,
  type StoredTensor,
} from '../node/safetensors/safetensors.js';
import type { RunSpec } from '../core/spec/spec.js';
import type { Dataset, LabelledPictures } from './data/dataset.js';
import { loadDataset } from './data/datasets.js';
import { DecodedStore } from './data/decodedStore.js';
import { keepPictures } from './evaluation/keepPictures.js';
import { onnxClassifier } from './engines/onnx/classifier.js';
import { stateOf, type BufferSpec, type ParameterSpec } from './models/model.js';
import type { OnnxSpec } from './onnxFile/interface.js';
import { withHead } from './onnxFile/graft.js';
import { wholeNetwork, type WholeNetwork } from './networks/wholeNetwork.js';
import { logitsProgram } from './training/programs.js';
import { readWhole } from './readWhole.js';

/**
 * Writes the network of a run for others to use:
 *   node exporter.js <run folder> <file> safetensors
 *   node exporter.js <run folder> <file> onnx <batch>
 *   node exporter.js <run folder> '' pictures
 * safetensors: a PyTorch state dict, with names, layout and element types of PyTorch; of a head on a frozen backbone both.
 * onnx: for inference, with the weights inside; the input `images` is uint8 [batch, height, width, channels], and the
 * preprocessing is part of it; the output `logits` is float32 [batch, classes]. A head on an ONNX file is exported as
 * that file with the head at its end, which takes what the file takes.
 * pictures: keeps those of the run's evaluation sets in the cache, as its trainer did.
 * What goes wrong is written to stdout as a problem in JSON, with exit code 2.
 */
async function main([path = '', file = '', format = '', batch = '1']: readonly string[]): Promise<number> {
  try {
    const folder = runFolder(path);
    const record = await readMovedRecord(folder);
    if (format === 'pictures') {
      await remakePictures(folder, record);
      return 0;
    }
    const bytes = format === 'onnx' ? await onnxOf(folder, record, Number(batch)) : await weightsOf(folder, record);
    await writeNamedFile(file, bytes);
    return 0;
  } catch (error) {
    console.log(JSON.stringify(problemOf(error)));
    return 2;
  }
}

async function remakePictures(folder: RunFolder, { spec }: RunRecord): Promise<void> {
  const runsDir = dirname(folder.path);
  const dataset = await datasetOf(folder, spec);
  const wrong: string[] = [];
  const cache = cacheOf(runsDir);
  await keepPictures({ runsDir, cache }, { data: spec.data, dataset }, (text) => wrong.push(text));
  if (wrong.length === 0) return;
  throw new ProblemError({ code: 'pictures-not-kept', message: wrong.join('\n'), place: { file: folder.path } });
}

async function weightsOf(folder: RunFolder, record: RunRecord): Promise<Uint8Array> {
  const network = await wholeNetwork(folder, record, await dataOf(folder, record));
  const tensors = network === null ? await ownHead(folder, record) : storedState(network);
  return encodeSafetensors(tensors, { format: 'pt', run: folder.id });
}

function storedState({ model, state }: WholeNetwork): Record<string, StoredTensor> {
  return Object.fromEntries(
    stateOf(model).map((spec) => [spec.name, stored(spec, state[spec.name] ?? new Float32Array())]),
  );
}

/** Counters are whole numbers in PyTorch's state dicts. */
function stored(spec: ParameterSpec | BufferSpec, data: Float32Array): StoredTensor {
  const { shape } = spec;
  if (!('integer' in spec && spec.integer)) return { dtype: 'F32', shape, data };
  return { dtype: 'I64', shape, data: BigInt64Array.from(data, (value) => BigInt(Math.round(value))) };
}

async function onnxOf(folder: RunFolder, record: RunRecord, batchSize: number): Promise<Uint8Array> {
  const { model: spec } = record.spec;
  if (spec.kind === 'onnx') return continued(spec, await ownHead(folder, record));
  const data = await dataOf(folder, record);
  const network = await wholeNetwork(folder, record, data);
  if (network === null) throw new Error('only ONNX files have no network of their own');
  const { model, state } = network;
  const shapes = Object.fromEntries(stateOf(model).map(({ name, shape }) => [name, shape]));
  return onnxClassifier(logitsProgram({ name: folder.id, model, batchSize, picture: data.picture }), {
    shapes,
    tensors: state,
  });
}

/**
 * What pictures and classes the network was made for, as its log says: so the data set need not be there any more. Only logs from
 * before it was kept say nothing, and the data set is read.
 */
async function dataOf(folder: RunFolder, { spec }: RunRecord): Promise<LabelledPictures> {
  const { entries } = await readLog(folder.log);
  const started = entries.findLast((entry) => entry.type === 'started');
  if (started?.picture !== undefined && started.classes !== undefined) {
    const { picture, classes } = started;
    return { picture: { ...picture, classes: classes.length }, classes };
  }
  const { height, width, channels, classes } = await datasetOf(folder, spec);
  return { picture: { height, width, channels, classes: classes.length }, classes };
}

/** All of a run's data, from where its trainer read it. */
function datasetOf(folder: RunFolder, { data }: RunSpec): Promise<Dataset> {
  const runsDir = dirname(folder.path);
  const note = (text: string): void => console.error(text);
  return loadDataset(data, {
    dataFolder: dataFolder(runsDir),
    decoded: new DecodedStore({ cache: cacheOf(runsDir), note }),
    say: { note, warn: (warning) => note(formatProblem(warning)) },
    onProgress: () => () => undefined,
  });
}

/** The head that was trained on an ONNX file: all that there is of it in a checkpoint. */
async function ownHead(
  folder: RunFolder,
  { spec }: RunRecord,
): Promise<Record<'head.weight' | 'head.bias', StoredTensor & { dtype: 'F32' }>> {
  if (spec.trainable === 'none') {
    throw new ProblemError({
      code: 'nothing-trained',
      message: 'This run uses an ONNX file as it is: there is nothing else to export.',
      fix: 'Copy the file itself.',
      place: { ...(spec.model.kind === 'onnx' ? { file: spec.model.file } : {}) },
    });
  }
  const file = folder.checkpoint;
  const contents = await readSafetensors(file).catch((error: unknown) => {
    throw refusedNetwork(error, folder);
  });
  const tensor = (name: string) => requireTensor(contents, { name, dtype: 'F32', file });
  return { 'head.weight': tensor('head.weight'), 'head.bias': tensor('head.bias') };
}

async function continued(spec: OnnxSpec, head: Awaited<ReturnType<typeof ownHead>>): Promise<Uint8Array> {
  const [companion] = await onnxCompanions(spec.file);
  if (companion !== undefined) {
    throw new ProblemError({
      code: 'onnx-companions',
      message: `The file keeps weights in ${companion}, and an export must be whole by itself.`,
      fix: 'Write its weights into the file first: onnx.save_model(onnx.load(FILE), OTHER).',
      place: { file: spec.file },
    });
  }
  const bytes = await readWhole(spec.file, { attempt: 'read the ONNX model' });
  return withHead(bytes, { spec, weight: head['head.weight'].data, bias: head['head.bias'].data });
}

process.exitCode = await main(process.argv.slice(2));
