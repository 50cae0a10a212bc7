import * as tf from '@tensorflow/tfjs-core';

const backendName = 'tensorflow';

type Sizes = readonly [height: number, width: number];
type Shape = readonly number[];

/**
 * tfjs-node knows the paddings `same` and `valid` and refuses numbers, which are what PyTorch's networks are made with.
 * Here its kernels get what comes to the same: a name where TensorFlow by itself would pad just so, else pictures with
 * a margin and `valid`.
 */
export function teachPadding(): void {
  teach('Conv2D', ({ input, shapeOf, attributes, run }) => {
    const place = placement(attributes, { picture: shapeOf('x'), kernel: kernelOf(shapeOf('filter')) });
    return run({ x: widened(input('x'), place, 0) }, { pad: place.pad });
  });
  teach('Conv2DBackpropFilter', ({ input, shapeOf, attributes, run }) => {
    const place = placement(attributes, {
      picture: shapeOf('x'),
      kernel: kernelOf(numbers(attributes['filterShape'])),
    });
    return run({ x: widened(input('x'), place, 0) }, { pad: place.pad });
  });
  teach('Conv2DBackpropInput', ({ shapeOf, attributes, run }) => {
    const picture = numbers(attributes['inputShape']);
    const place = placement(attributes, { picture, kernel: kernelOf(shapeOf('filter')) });
    return narrowed(run({}, { pad: place.pad, inputShape: widenedShape(picture, place) }), place, picture);
  });
  // No margin may win: below every float there is nothing but this.
  const least = -Infinity;
  teach('MaxPool', ({ input, shapeOf, attributes, run }) => {
    const place = placement(attributes, { picture: shapeOf('x'), kernel: pair(attributes['filterSize']) });
    return run({ x: widened(input('x'), place, least) }, { pad: place.pad });
  });
  teach('MaxPoolGrad', ({ input, shapeOf, attributes, run }) => {
    const picture = shapeOf('input');
    const place = placement(attributes, { picture, kernel: pair(attributes['filterSize']) });
    return narrowed(run({ input: widened(input('input'), place, least) }, { pad: place.pad }), place, picture);
  });
}

/** A call of a kernel, and the kernel as tfjs-node has it, to be run with some of the inputs and attributes changed. */
interface Call {
  readonly input: (name: string) => tf.TensorInfo;
  readonly shapeOf: (name: string) => Shape;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly run: (inputs: tf.NamedTensorInfoMap, attributes: tf.NamedAttrMap) => tf.TensorInfo;
}

/** Lets calls with a padding in numbers take another way; what is called by name goes on as it was. */
function teach(kernelName: string, take: (call: Call) => tf.TensorInfo): void {
  const original = tf.getKernel(kernelName, backendName);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    ...original,
    kernelFunc: (params) => {
      const { inputs, attrs = {} } = params;
      if (attrs['pad'] === 'same' || attrs['pad'] === 'valid') return original.kernelFunc(params);
      const input = (name: string): tf.TensorInfo => {
        const info = inputs[name];
        if (info === undefined) throw new Error(`${kernelName}: no tensor "${name}"`);
        return info;
      };
      return take({
        input,
        shapeOf: (name) => input(name).shape,
        attributes: attrs,
        run: (changed, attributes) =>
          single(
            original.kernelFunc({
              ...params,
              inputs: { ...inputs, ...changed },
              attrs: { ...withoutRounding(attrs), ...attributes },
            }),
          ),
      });
    },
  });
}

/** Sizes are rounded with numbers only, and tfjs objects to it beside a name. */
const withoutRounding = ({ dimRoundingMode, ...others }: tf.NamedAttrMap): tf.NamedAttrMap => others;

/** By which name TensorFlow is to pad, and what margins the pictures get before. */
interface Placement {
  readonly pad: 'same' | 'valid';
  readonly margins: readonly (readonly [before: number, after: number])[] | null;
}

function placement(
  attributes: Readonly<Record<string, unknown>>,
  { picture, kernel }: { picture: Shape; kernel: Sizes },
): Placement {
  if ((attributes['dataFormat'] ?? 'NHWC') !== 'NHWC')
    throw new Error('pictures must be [batch, height, width, channels]');
  const strides = pair(attributes['strides']);
  const dilations = pair(attributes['dilations'] ?? 1);
  const margins = marginsOf(attributes['pad']);
  const places = [0, 1].map((axis) => {
    const size = picture[axis + 1] ?? 0;
    const stride = strides[axis] ?? 1;
    const reach = ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
    const [before = 0, after = 0] = margins[axis] ?? [];
    const outputs = Math.floor((size + before + after - reach) / stride) + 1;
    const named = Math.ceil(size / stride);
    const total = Math.max((named - 1) * stride + reach - size, 0);
    return { isSame: outputs === named && before === Math.floor(total / 2), isNone: before === 0 && after === 0 };
  });
  if (places.every(({ isSame }) => isSame)) return { pad: 'same', margins: null };
  return { pad: 'valid', margins: places.every(({ isNone }) => isNone) ? null : [[0, 0], ...margins, [0, 0]] };
}

/** Of height and width, from a number or from a pair for each of the four axes. */
function marginsOf(pad: unknown): (readonly [number, number])[] {
  if (typeof pad === 'number') {
    return [
      [pad, pad],
      [pad, pad],
    ];
  }
  if (!Array.isArray(pad)) throw new Error(`no padding: ${JSON.stringify(pad)}`);
  return pad.slice(1, 3).map(pair);
}

function widened(x: tf.TensorInfo, { margins }: Placement, value: number): tf.TensorInfo {
  if (margins === null) return x;
  const paddings = margins.map(([before, after]) => [before, after]);
  return call('PadV2', { x }, { paddings, constantValue: value });
}

const widenedShape = (shape: Shape, { margins }: Placement): number[] =>
  shape.map((size, axis) => size + (margins?.[axis]?.[0] ?? 0) + (margins?.[axis]?.[1] ?? 0));

/** Without the margins. */
function narrowed(dx: tf.TensorInfo, { margins }: Placement, size: Shape): tf.TensorInfo {
  if (margins === null) return dx;
  return call('Slice', { x: dx }, { begin: margins.map(([before]) => before), size: [...size] });
}

/** What is made on the way belongs to the scope of whoever runs the program, and goes with it. */
function call(kernelName: string, inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap): tf.TensorInfo {
  return single(tf.getKernel(kernelName, backendName).kernelFunc({ inputs, backend: tf.backend(), attrs }));
}

function single(result: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo {
  const [info] = Array.isArray(result) ? result : [result];
  if (info === undefined) throw new Error('a kernel has put nothing out');
  return info;
}

const kernelOf = (filter: Shape): Sizes => [filter[0] ?? 0, filter[1] ?? 0];

function pair(value: unknown): [number, number] {
  const [first = 1, second = first] = numbers(value);
  return [first, second];
}

function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value;
  throw new Error(`no numbers: ${JSON.stringify(value)}`);
}
