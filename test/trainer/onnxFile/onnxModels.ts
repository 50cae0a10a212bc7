import { onnx } from 'onnx-proto';
import { numbers } from '../engines/sideBySide.js';

const { FLOAT, FLOAT16, UINT8, INT64 } = onnx.TensorProto.DataType;
const { INT } = onnx.AttributeProto.AttributeType;

export interface ToyModel {
  /** Sizes of the input, a text for one that is open. */
  readonly shape?: readonly (number | string)[];
  readonly classes?: number;
  readonly opset?: number;
  readonly element?: 'float32' | 'float16' | 'uint8';
  /** Ends with a softmax. */
  readonly probabilities?: boolean;
  /** Gives the hidden units out too. */
  readonly twoOutputs?: boolean;
  /** Ends with logits [batch, classes, 1, 1]. */
  readonly fourAxes?: boolean;
  /** Gives the label of the answer out too, before the logits. */
  readonly label?: boolean;
  /** A file beside it that keeps the first weights. */
  readonly companion?: string;
}

export const hidden = 6;

/** The weights of {@link toyModel}, the same every time. */
export function toyWeights({ pixels, classes }: { pixels: number; classes: number }) {
  const next = numbers(3);
  const draw = (length: number, scale: number) => Float32Array.from({ length }, () => scale * next());
  return {
    w1: draw(hidden * pixels, 0.3),
    b1: draw(hidden, 0.1),
    w2: draw(classes * hidden, 0.5),
    b2: draw(classes, 0.1),
  };
}

/**
 * A classifier as torch.onnx.export writes one: Flatten, Gemm, Relu (`hidden`), Gemm (`logits`).
 * @returns the file's bytes, and those of its companion where it has one
 */
export function toyModel({
  shape = ['batch', 1, 3, 2],
  classes = 4,
  opset = 13,
  element = 'float32',
  probabilities = false,
  twoOutputs = false,
  fourAxes = false,
  label = false,
  companion,
}: ToyModel = {}): { bytes: Uint8Array; companionBytes: Uint8Array } {
  const pixels = shape.slice(1).reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1);
  const weights = toyWeights({ pixels, classes });
  const elemType = { float32: FLOAT, float16: FLOAT16, uint8: UINT8 }[element];
  const raw = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const tensor = (name: string, values: Float32Array, dims: number[]): onnx.ITensorProto => ({
    name,
    dataType: FLOAT,
    dims,
    rawData: raw(values),
  });
  const value = (name: string, type: number, sizes: readonly (number | string)[]): onnx.IValueInfoProto => ({
    name,
    type: {
      tensorType: {
        elemType: type,
        shape: { dim: sizes.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size })) },
      },
    },
  });
  const gemm = (input: string, [w, b]: readonly [string, string], output: string): onnx.INodeProto => ({
    opType: 'Gemm',
    input: [input, w, b],
    output: [output],
    attribute: [{ name: 'transB', type: INT, i: 1 }],
  });
  const first = tensor('w1', weights.w1, [hidden, pixels]);
  if (companion !== undefined) {
    Object.assign(first, {
      rawData: new Uint8Array(),
      dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
      externalData: [
        { key: 'location', value: companion },
        { key: 'offset', value: '0' },
        { key: 'length', value: String(weights.w1.byteLength) },
      ],
    });
  }
  const axis = { name: 'axis', type: INT, i: 1 };
  const noDims = { name: 'keepdims', type: INT, i: 0 };
  const batch = shape[0] ?? 'batch';
  const last = probabilities || fourAxes ? 'scores' : 'logits';
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: 'toy',
      input: [value('pictures', elemType, shape)],
      output: [
        ...(label ? [value('label', INT64, [batch])] : []),
        value('logits', FLOAT, fourAxes ? [batch, classes, 1, 1] : [batch, classes]),
        ...(twoOutputs ? [value('hidden', FLOAT, [batch, hidden])] : []),
      ],
      initializer: [
        first,
        tensor('b1', weights.b1, [hidden]),
        tensor('w2', weights.w2, [classes, hidden]),
        tensor('b2', weights.b2, [classes]),
        ...(fourAxes ? [{ name: 'axes', dataType: INT64, dims: [2], int64Data: [2, 3] }] : []),
      ],
      node: [
        { opType: 'Cast', input: ['pictures'], output: ['cast'], attribute: [{ name: 'to', type: INT, i: FLOAT }] },
        { opType: 'Flatten', input: ['cast'], output: ['flat'] },
        gemm('flat', ['w1', 'b1'], 'sums'),
        { opType: 'Relu', input: ['sums'], output: ['hidden'] },
        gemm('hidden', ['w2', 'b2'], last),
        ...(fourAxes ? [{ opType: 'Unsqueeze', input: ['scores', 'axes'], output: ['logits'] }] : []),
        ...(label ? [{ opType: 'ArgMax', input: ['logits'], output: ['label'], attribute: [axis, noDims] }] : []),
        ...(probabilities ? [{ opType: 'Softmax', input: ['scores'], output: ['logits'] }] : []),
      ],
    },
  });
  return { bytes: onnx.ModelProto.encode(model).finish(), companionBytes: raw(weights.w1) };
}

/** What the model says of pixels in its own order and scale. */
export function toyAnswer(
  pixels: readonly number[],
  { classes = 4, asked }: { classes?: number; asked: 'logits' | 'features' },
): number[] {
  const { w1, b1, w2, b2 } = toyWeights({ pixels: pixels.length, classes });
  const units = Array.from(b1, (bias, unit) =>
    Math.max(
      0,
      pixels.reduce((sum, pixel, index) => sum + pixel * (w1[unit * pixels.length + index] ?? NaN), bias),
    ),
  );
  if (asked === 'features') return units;
  return Array.from(b2, (bias, label) =>
    units.reduce((sum, unit, index) => sum + unit * (w2[label * hidden + index] ?? NaN), bias),
  );
}
