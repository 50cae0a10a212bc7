import type { InferenceSession } from 'onnxruntime-node';
import type { InputSpec, ModelSpec } from '../../core/spec/spec.js';
import type { PictureShape } from '../models/model.js';
import { namesOf, onnxProblem } from './onnxProblems.js';
import { chosenOutput, type FileOutput } from './outputs.js';

export type OnnxSpec = Extract<ModelSpec, { kind: 'onnx' }>;

const elementTypes = ['float32', 'float16', 'uint8'] as const;
export type OnnxElement = (typeof elementTypes)[number];

/** How a file wants its pictures, and which of its outputs is meant. */
export interface OnnxInterface {
  readonly input: string;
  readonly output: string;
  readonly element: OnnxElement;
  readonly layout: 'NCHW' | 'NHWC';
  /** Of the pictures as the file sees them. */
  readonly channels: number;
  /** The preprocessing, with the size that the file fixes where the experiment says none. */
  readonly preprocessing: InputSpec;
  /** Pictures at a time, where the file fixes that. */
  readonly batch: number | null;
}

/**
 * What the inputs and outputs of a session mean for pictures of one shape.
 * @throws ProblemError `onnx-inputs`, `onnx-outputs`, `onnx-output-type`, `onnx-input-type`, `onnx-layout`, `onnx-channels`, `onnx-size`
 */
export function interfaceOf(
  session: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>,
  { spec, picture, output: wanted }: { spec: OnnxSpec; picture: PictureShape; output: string | null },
): OnnxInterface {
  const { file } = spec;
  const [input, ...others] = session.inputMetadata;
  if (input === undefined || others.length > 0) {
    const names = session.inputMetadata.map(({ name }) => name);
    throw onnxProblem(file, {
      code: 'inputs',
      message: `The file wants ${names.length} inputs (${namesOf(names)}), and there is one: the picture.`,
      fix: 'Export a classifier that takes a batch of pictures and nothing else.',
    });
  }
  const output = chosenOutput(session.outputMetadata.map(outputOf), { file, output: wanted });
  const element = input.isTensor ? elementTypes.find((type) => type === input.type) : undefined;
  if (element === undefined) {
    throw onnxProblem(file, {
      code: 'input-type',
      message: `The file wants pictures of type ${input.isTensor ? input.type : 'none'}; known are ${elementTypes.join(', ')}.`,
      fix: 'Export it with an input of float32.',
    });
  }
  const shape = input.isTensor ? input.shape : [];
  const layout = layoutOf(shape, { spec, picture });
  const [batch, ...rest] = shape.map((size) => (typeof size === 'number' && size > 0 ? size : null));
  const [first = null, second = null, third = null] = rest;
  const [height, width, channels] = layout === 'NCHW' ? [second, third, first] : [first, second, third];
  return {
    input: input.name,
    output,
    element,
    layout,
    channels: channelsOf(channels, { spec, picture, element }),
    preprocessing: { ...spec.input, size: sizeOf({ height, width }, { spec, picture }) },
    batch: batch ?? null,
  };
}

const numberTypes: ReadonlySet<string> = new Set(['float32', 'float64', 'float16']);

function outputOf(output: InferenceSession.ValueMetadata): FileOutput {
  const { name, isTensor } = output;
  return { name, kind: !isTensor ? 'maps' : numberTypes.has(output.type) ? 'numbers' : 'label' };
}

function layoutOf(
  shape: readonly (number | string)[],
  { spec: { file, layout }, picture }: { spec: OnnxSpec; picture: PictureShape },
): 'NCHW' | 'NHWC' {
  const text = `[${shape.join(', ')}]`;
  if (shape.length !== 4) {
    throw onnxProblem(file, {
      code: 'layout',
      message: `The file wants an input of shape ${text}; expected four sizes: batch, channels, height, width, in some order.`,
      fix: 'Export a classifier of pictures.',
    });
  }
  if (layout !== 'auto') return layout;
  const isChannels = (size: number | string | undefined): boolean => size === 1 || size === 3 || size === 4;
  const found = (
    [
      ['NCHW', shape[1]],
      ['NHWC', shape[3]],
    ] as const
  ).filter(([, size]) => isChannels(size));
  // Where both could be channels, those of the pictures decide.
  const sure = found.length === 2 ? found.filter(([, size]) => size === picture.channels) : found;
  const [one, ...others] = sure;
  if (one !== undefined && others.length === 0) return one[0];
  throw onnxProblem(file, {
    code: 'layout',
    message: `Where the file wants the channels cannot be told from the shape of its input, ${text}.`,
    fix: 'Write "layout": "NCHW" (as PyTorch exports) or "NHWC" (as TensorFlow does).',
    path: 'model.layout',
  });
}

/** Grey pictures are given to a network for colours as red, green and blue alike; nothing else is made up. */
function channelsOf(
  wanted: number | null,
  { spec, picture, element }: { spec: OnnxSpec; picture: PictureShape; element: OnnxElement },
): number {
  const { file, input } = spec;
  const scaled = Math.max(input.mean.length, input.std.length);
  const channels = wanted ?? Math.max(scaled, picture.channels);
  // Bytes are not scaled.
  if (element !== 'uint8' && scaled > 1 && scaled !== channels) {
    throw onnxProblem(file, {
      code: 'channels',
      message: `\`input.mean\` and \`input.std\` are for ${scaled} channels, and the file wants pictures of ${channels}.`,
      fix: 'Write those that the model was trained with, as "mean": [0.5], "std": [0.5].',
      path: 'model.input',
    });
  }
  if (channels === picture.channels || (picture.channels === 1 && channels === 3)) return channels;
  throw onnxProblem(file, {
    code: 'channels',
    message: `The file wants pictures of ${channels} channels, and those of the data set have ${picture.channels}.`,
    fix: 'Use a model, or a data set, with the same number of channels.',
  });
}

function sizeOf(
  { height, width }: { height: number | null; width: number | null },
  { spec, picture }: { spec: OnnxSpec; picture: PictureShape },
): InputSpec['size'] {
  const { size } = spec.input;
  const said = size === null ? null : typeof size === 'number' ? ([size, size] as const) : size;
  const [ownHeight, ownWidth] = said ?? [height ?? picture.height, width ?? picture.width];
  if (ownHeight === (height ?? ownHeight) && ownWidth === (width ?? ownWidth)) {
    const isStretched = (spec.input.fit ?? 'stretch') === 'stretch';
    const isLeftOpen = said === null && (height === null || width === null);
    // A picture that has the size may be resized beyond it before its centre is cut out.
    if (!isStretched && !isLeftOpen) return [ownHeight, ownWidth];
    return ownHeight === picture.height && ownWidth === picture.width ? null : [ownHeight, ownWidth];
  }
  throw onnxProblem(spec.file, {
    code: 'size',
    message: `The file takes pictures of ${height ?? '?'}×${width ?? '?'} pixels and no others; \`input.size\` says ${ownHeight}×${ownWidth}.`,
    fix: 'Leave `size` out: pictures are then resized to what the file takes.',
    path: 'model.input.size',
  });
}
