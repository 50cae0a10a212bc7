import * as tf from '@tensorflow/tfjs-core';
import { dirname } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { InputSpec } from '../../core/spec/spec.js';
import type { AnswerKind } from '../../data/cache/answers.js';
import { FileHashes } from '../../node/files/fileHash.js';
import { onnxHash } from '../../data/weights/onnxCompanions.js';
import { compiledNet, type FrozenNet } from '../answers/frozenNet.js';
import type { Engine, Program } from '../engines/engine.js';
import { onnxRuntime } from '../engines/onnx/runtime/onnxRuntime.js';
import type { PictureShape } from '../models/model.js';
import { evaluationBatchOf } from '../models/evaluationBatch.js';
import { preprocess, seenShape } from '../models/preprocess.js';
import { readWhole } from '../readWhole.js';
import { tensorNamed } from '../tensors.js';
import { floatsOfHalf, halfOfFloats } from '../weights/halfFloats.js';
import { cutBeforeHead } from './cut.js';
import { interfaceOf, type OnnxInterface, type OnnxSpec } from './interface.js';
import { onnxProblem, refused } from './onnxProblems.js';

/**
 * An ONNX file as a net: the numbers its output gives, whatever they are, or, cut before its classifier, its features. It is run by ONNX Runtime as
 * it is, whatever the engine; the preprocessing is ours.
 * @param threads that run the file
 * @param batchSize pictures at a time, where the file leaves that open; null for as many as fit into memory
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
  }: {
    asked: AnswerKind;
    picture: PictureShape;
    engine: Engine;
    threads: number;
    batchSize: number | null;
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
      askSession(session, meant, { prepared: await prepare.answer(images), batch: size, picture, spec, asked });
    const trial = await ask(noise(size * picture.height * picture.width * picture.channels));
    return {
      width: trial.length / size,
      batchSize: size,
      answer: ask,
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

async function checkUnchanged(spec: OnnxSpec): Promise<void> {
  if (spec.sha256 === undefined) return;
  const hashes = new FileHashes();
  if ((await onnxHash(spec.file, (path) => hashes.of(path))) === spec.sha256) return;
  throw onnxProblem(spec.file, {
    code: 'changed',
    message: 'The file is not the one that the run was planned with: its contents have changed.',
    fix: 'Put the file back as it was, or run the experiment again: it plans a new run.',
  });
}

async function openSession(
  spec: OnnxSpec,
  { asked, threads }: { asked: AnswerKind; threads: number },
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
  {
    prepared,
    batch,
    picture,
    spec,
    asked,
  }: { prepared: Float32Array; batch: number; picture: PictureShape; spec: OnnxSpec; asked: AnswerKind },
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
      fix: 'Check `input.size` and `layout`.',
    });
  }
  if (answer !== undefined) checkRows(answer.dims, { spec, output, batch, asked });
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

/** A row for each picture; of logits with one axis for the classes, wherever it is, and others of length 1. */
function checkRows(
  [rows, ...axes]: readonly number[],
  { spec, output, batch, asked }: { spec: OnnxSpec; output: string; batch: number; asked: AnswerKind },
): void {
  const isOne = asked === 'features' || axes.filter((size) => size !== 1).length <= 1;
  if (rows === batch && isOne) return;
  throw onnxProblem(spec.file, {
    code: 'output-shape',
    message: `The output \`${output}\` has the shape [${[rows, ...axes].join(', ')}] for ${batch} pictures, expected a row of numbers for each: [${batch}, classes].`,
    fix: 'Name the output that holds the logits as `output`, or export a classifier.',
    path: 'model.output',
  });
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
        fix: 'Name the output that holds the logits as `output`.',
        path: 'model.output',
      });
  }
}

/** Grey noise, the same every time. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Math.imul(index, 2654435761) >>> 24);
}
