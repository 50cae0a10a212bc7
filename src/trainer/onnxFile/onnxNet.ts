import * as tf from '@tensorflow/tfjs-core';
import { dirname } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { InputSpec } from '../../core/spec/spec.js';
import { FileHashes } from '../../run/files/fileHash.js';
import { onnxHash } from '../../run/onnxCompanions.js';
import { compiledNet, type FrozenNet } from '../answers/frozenNet.js';
import type { Engine, Program } from '../engines/engine.js';
import { onnxRuntime } from '../engines/onnx/runtime.js';
import type { PictureShape } from '../models/model.js';
import { evaluationBatchOf } from '../evaluation/evaluationBatch.js';
import { preprocess, seenShape } from '../models/preprocess.js';
import { readWhole } from '../readWhole.js';
import { tensorNamed } from '../tensors.js';
import { floatsOfHalf, halfOfFloats } from '../weights/halfFloats.js';
import { cutBeforeHead } from './cut.js';
import { interfaceOf, type OnnxInterface, type OnnxSpec } from './interface.js';
import { onnxProblem, refused } from './onnxProblems.js';

/**
 * An ONNX file as a net: the logits it gives, or, cut before its classifier, its features. It is run by ONNX Runtime as
 * it is, whatever the engine; the preprocessing is ours.
 * @param threads that run the file
 * @param batchSize pictures at a time, where the file leaves that open; null for as many as fit into memory
 * @param note takes what a person should know
 * @throws ProblemError `onnx-…`, with the file and what to do about it
 */
export async function openOnnxNet(
  spec: OnnxSpec,
  {
    asked,
    picture,
    engine,
    threads,
    batchSize,
    note,
  }: {
    asked: 'logits' | 'features';
    picture: PictureShape;
    engine: Engine;
    threads: number;
    batchSize: number | null;
    note: (text: string) => void;
  },
): Promise<FrozenNet> {
  await checkUnchanged(spec);
  const { session, output } = await openSession(spec, { asked, threads });
  try {
    const meant = interfaceOf(session, { spec, picture, output });
    const seen = seenShape(picture, meant.preprocessing);
    const size = meant.batch ?? batchSize ?? evaluationBatchOf({ seen });
    const prepare = await compiledNet(engine, preparation(meant, { picture, batchSize: size }), {
      output: 'pictures',
      width: 0,
      batchSize: size,
      variables: {},
    });
    const ask = async (images: Uint8Array): Promise<Float32Array> =>
      askSession(session, meant, { prepared: await prepare.answer(images), batch: size, picture, spec });
    const trial = await ask(noise(size * picture.height * picture.width * picture.channels));
    const width = trial.length / size;
    const isLogits = asked === 'logits';
    if (isLogits && width !== picture.classes) throw wrongClasses(spec, { width, picture });
    const areProbabilities = isLogits && sumToOne(trial, width);
    if (areProbabilities) note(`${spec.file} gives probabilities; their logarithms are taken for the logits.`);
    return {
      width,
      batchSize: size,
      answer: async (images) => {
        const answers = await ask(images);
        return areProbabilities ? answers.map((p) => Math.log(Math.max(p, smallestProbability))) : answers;
      },
      dispose: async () => {
        await prepare.dispose();
        await session.release();
      },
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** The smallest normal number of float32: a probability that underflowed has a finite logarithm. */
const smallestProbability = 2 ** -126;

async function checkUnchanged(spec: OnnxSpec): Promise<void> {
  if (spec.sha256 === undefined) return;
  const hashes = new FileHashes();
  if ((await onnxHash(spec.file, (path) => hashes.of(path))) === spec.sha256) return;
  throw onnxProblem(spec.file, {
    code: 'changed',
    message: 'The file is not the one that the run was planned with: its contents have changed.',
    mend: 'Put the file back as it was, or run the experiment again: it plans a new run.',
  });
}

async function openSession(
  spec: OnnxSpec,
  { asked, threads }: { asked: 'logits' | 'features'; threads: number },
): Promise<{ session: InferenceSession; output: string | null }> {
  const { file } = spec;
  const options = (more: Record<string, string>): InferenceSession.SessionOptions => ({
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    extra: { session: { set_denormal_as_zero: '1', ...more } },
  });
  const bytes = await (asked === 'features' ? readWhole(file, { attempt: 'read the ONNX model' }) : null);
  const cut = bytes === null ? null : cutBeforeHead(bytes, { file, output: spec.output, features: spec.features });
  const { InferenceSession } = onnxRuntime();
  try {
    if (cut === null) return { session: await InferenceSession.create(file, options({})), output: spec.output };
    // A model in memory has no folder of its own to find its companions in.
    const session = await InferenceSession.create(
      cut.bytes,
      options({ model_external_initializers_file_folder_path: dirname(file) }),
    );
    return { session, output: cut.features };
  } catch (error) {
    throw refused(file, error);
  }
}

/** Pictures as the file wants them, float32 in its layout; pixels as they are where it takes bytes. */
function preparation(
  { layout, channels, preprocessing, element }: OnnxInterface,
  { picture, batchSize }: { picture: PictureShape; batchSize: number },
): Program {
  const { height, width } = picture;
  return {
    name: 'preprocessing',
    inputs: { images: { shape: [batchSize, height, width, picture.channels], dtype: 'uint8' } },
    run: (_, batch) => {
      const images = tf.reshape<tf.Rank.R4>(tensorNamed(batch, 'images'), [batchSize, height, width, picture.channels]);
      const coloured = channels === picture.channels ? images : tf.concat([images, images, images], 3);
      // It normalizes bytes itself.
      const asBytes: InputSpec = { ...preprocessing, mean: [0], std: [1], range: [0, 255] };
      const seen = preprocess(coloured, element === 'uint8' ? asBytes : preprocessing);
      return { outputs: { pictures: layout === 'NCHW' ? tf.transpose(seen, [0, 3, 1, 2]) : seen }, updates: {} };
    },
  };
}

async function askSession(
  session: InferenceSession,
  { input, output, element, layout, channels, preprocessing }: OnnxInterface,
  { prepared, batch, picture, spec }: { prepared: Float32Array; batch: number; picture: PictureShape; spec: OnnxSpec },
): Promise<Float32Array> {
  const { size } = preprocessing;
  const [height, width] =
    size === null ? [picture.height, picture.width] : typeof size === 'number' ? [size, size] : size;
  const dims = layout === 'NCHW' ? [batch, channels, height, width] : [batch, height, width, channels];
  let answer: Tensor | undefined;
  try {
    const outputs = await session.run({ [input]: tensorOf(element, prepared, dims) }, [output]);
    answer = outputs[output];
  } catch (error) {
    throw onnxProblem(spec.file, {
      code: 'run',
      message: `The file does not take pictures of [${dims.join(', ')}]: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
      mend: 'Check `input.size` and `layout`.',
    });
  }
  return floats(answer, { spec, output });
}

function tensorOf(element: OnnxInterface['element'], values: Float32Array, dims: readonly number[]): Tensor {
  const { Tensor } = onnxRuntime();
  switch (element) {
    case 'float32':
      return new Tensor('float32', values, dims);
    case 'float16':
      return new Tensor('float16', halfOfFloats(values), dims);
    case 'uint8':
      return new Tensor(
        'uint8',
        Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value)))),
        dims,
      );
  }
}

function floats(tensor: Tensor | undefined, { spec, output }: { spec: OnnxSpec; output: string }): Float32Array {
  switch (tensor?.type) {
    case 'float32':
    case 'float64':
      return Float32Array.from(tensor.data as Float32Array | Float64Array);
    case 'float16': {
      const { buffer, byteOffset } = tensor.data as Uint16Array;
      return floatsOfHalf(new Uint16Array(buffer, byteOffset, tensor.size));
    }
    default:
      throw onnxProblem(spec.file, {
        code: 'output-type',
        message: `The output \`${output}\` is of type ${tensor?.type ?? 'none'}, which are no logits.`,
        mend: 'Name the output that holds the logits as `output`.',
        path: 'model.output',
      });
  }
}

/** Grey noise, the same every time. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Math.imul(index, 2654435761) >>> 24);
}

function sumToOne(values: Float32Array, width: number): boolean {
  for (let row = 0; row < values.length; row += width) {
    const answers = values.subarray(row, row + width);
    const sum = answers.reduce((total, value) => total + value, 0);
    if (answers.some((value) => value < 0) || Math.abs(sum - 1) > 2e-3) return false;
  }
  return true;
}

const wrongClasses = ({ file }: OnnxSpec, { width, picture }: { width: number; picture: PictureShape }) =>
  onnxProblem(file, {
    code: 'classes',
    message: `The file tells ${width} classes apart, and the data set has ${picture.classes}.`,
    mend: 'Write "trainable": "head" to train a new last layer on it, or use a file made for these classes.',
  });
