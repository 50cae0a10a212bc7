import * as tf from '@tensorflow/tfjs-core';
import { ProblemError } from '../../core/problem.js';
import type { Tensors } from '../engines/engine.js';
import { tensorNamed } from '../tensors.js';
import { convolved2d } from './layers.js';
import type { BufferSpec, ParameterSpec } from './model.js';
import type { Pass } from './pass.js';
import { afterSliding, paddingWithin, reachOf, type PlaneSize, type Reach, type Sliding } from './reach.js';
import { withGradient } from './withGradient.js';

/** A convolution without bias and the batch normalization after it, under their names in a state dict. */
export interface NormalizedConvolution {
  readonly convolution: string;
  readonly normalization: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the kernel in pixels, odd: pictures are padded so that stride 1 keeps their size. */
  readonly side: number;
  readonly stride: number;
  /** What it sees. */
  readonly picture: PlaneSize;
}

/** PyTorch's: what is added to a variance, and the weight of a batch in the running statistics. */
const epsilon = 1e-5;
const momentum = 0.1;

/** Begun as torchvision and RepDistiller do: `kaiming_normal_(mode="fan_out", nonlinearity="relu")`, and 1 and 0. */
export function normalizedParameters(layer: NormalizedConvolution): ParameterSpec[] {
  const { convolution, normalization, inputs, outputs, side } = layer;
  const deviation = Math.sqrt(2 / (outputs * side * side));
  const reach = partlyReached(layer);
  return [
    {
      name: `${convolution}.weight`,
      shape: [outputs, inputs, side, side],
      initial: { kind: 'normal', deviation },
      ...(reach === null ? {} : { reach }),
    },
    { name: `${normalization}.weight`, shape: [outputs], initial: { kind: 'constant', value: 1 } },
    { name: `${normalization}.bias`, shape: [outputs], initial: { kind: 'constant', value: 0 } },
  ];
}

const slidingOf = ({ side, stride }: NormalizedConvolution): Sliding => ({ side, stride, padding: (side - 1) / 2 });

/** The size of the pictures that the layer gives. */
export const pictureAfter = (layer: NormalizedConvolution): PlaneSize => afterSliding(layer.picture, slidingOf(layer));

/** The taps of its kernel that ever meet a picture, where that is not all of them and the others can be left out. */
function partlyReached(layer: NormalizedConvolution): Reach | null {
  const sliding = slidingOf(layer);
  const reach = reachOf(layer.picture, sliding);
  const whole = [reach.rows, reach.columns].every(([from, to]) => to - from === layer.side);
  return whole || paddingWithin(layer.picture, reach, sliding) === null ? null : reach;
}

/** The running statistics, in the order of `nn.BatchNorm2d`'s state dict. */
export function normalizedBuffers({ normalization: name, outputs }: NormalizedConvolution): BufferSpec[] {
  return [
    { name: `${name}.running_mean`, shape: [outputs], initial: { kind: 'constant', value: 0 }, integer: false },
    { name: `${name}.running_var`, shape: [outputs], initial: { kind: 'constant', value: 1 }, integer: false },
    { name: `${name}.num_batches_tracked`, shape: [], initial: { kind: 'constant', value: 0 }, integer: true },
  ];
}

/**
 * `nn.BatchNorm2d(nn.Conv2d(x))`. When evaluating, the running statistics are folded into the kernel and a bias. In
 * training, the batch's own statistics are used, and the running ones are replaced as PyTorch replaces them: momentum
 * 0.1, the variance unbiased.
 * @param parameters with a kernel that is whole, or holds only what meets pictures
 * @param x [batch, height, width, inputs]
 * @throws ProblemError `batch-too-small` where a batch has one value a channel
 */
export function convolvedAndNormalized(
  parameters: Tensors,
  layer: NormalizedConvolution,
  x: tf.Tensor4D,
  pass: Pass,
): tf.Tensor4D {
  const { convolution, normalization: name, stride } = layer;
  const weight = tensorNamed(parameters, `${convolution}.weight`);
  const padding = paddingFor(layer, weight);
  const convolve = (weight: tf.Tensor) => convolved2d(x, weight, { stride, padding });
  const scale = vector(tensorNamed(parameters, `${name}.weight`));
  const offset = vector(tensorNamed(parameters, `${name}.bias`));
  const runningMean = vector(pass.buffer(`${name}.running_mean`));
  const runningVariance = vector(pass.buffer(`${name}.running_var`));
  if (!pass.training) {
    const factor = tf.div(scale, tf.sqrt(tf.add(runningVariance, epsilon)));
    const folded = tf.mul(weight, tf.reshape(factor, [-1, 1, 1, 1]));
    return tf.add(convolve(folded), tf.sub(offset, tf.mul(runningMean, factor)));
  }
  // Seen from the running mean, values are small and E[x²] − E[x]² loses no digits (Chan, Golub, LeVeque 1983). It is
  // the convolution's bias, so it costs nothing.
  const seen: tf.Tensor4D = tf.add(convolve(weight), tf.neg(runningMean));
  const count = valuesPerChannel(seen);
  if (count === 1) throw tooSmall(name);
  const mean = vector(tf.mean(seen, spread));
  // Rounding may take a variance of 0 below it.
  const variance = vector(tf.relu(tf.sub(tf.div(tf.sum(tf.square(seen), spread), count), tf.square(mean))));
  const batches = pass.buffer(`${name}.num_batches_tracked`);
  const unbiased = count / (count - 1);
  pass.replace(`${name}.running_mean`, tf.add(runningMean, tf.mul(mean, momentum)));
  pass.replace(
    `${name}.running_var`,
    tf.add(tf.mul(runningVariance, 1 - momentum), tf.mul(variance, momentum * unbiased)),
  );
  pass.replace(`${name}.num_batches_tracked`, tf.add(batches, 1));
  return normalized(seen, { scale, offset, mean, variance });
}

function paddingFor(layer: NormalizedConvolution, weight: tf.Tensor): number {
  const sliding = slidingOf(layer);
  if (weight.shape[2] === layer.side) return sliding.padding;
  const padding = paddingWithin(layer.picture, reachOf(layer.picture, sliding), sliding);
  if (padding === null) throw new Error(`${layer.convolution}: a kernel of [${weight.shape.join(', ')}]`);
  return padding;
}

/** The axes that a channel is spread over: batch, height and width. */
const spread = [0, 1, 2];

/**
 * scale · x̂ + offset with x̂ = (x − mean)/σ, σ² = variance + ε. The gradient knows that mean and variance are the
 * batch's own (Ioffe, Szegedy 2015): dx = scale/σ · (dy − Σdy/n − x̂ · Σ(dy·x̂)/n), and the last two terms together
 * are a normalization again.
 */
function normalized(
  x: tf.Tensor4D,
  { scale, offset, mean, variance }: Record<'scale' | 'offset' | 'mean' | 'variance', tf.Tensor1D>,
): tf.Tensor4D {
  return withGradient<tf.Tensor4D>([x, scale, offset], () => ({
    value: tf.batchNorm(x, mean, variance, offset, scale, epsilon),
    saved: { x, scale, mean, variance },
    gradient: (slope, saved) => {
      const x = tensorNamed(saved, 'x');
      const vectorOf = (name: string) => vector(tensorNamed(saved, name));
      const [scale, mean, variance] = [vectorOf('scale'), vectorOf('mean'), vectorOf('variance')];
      const deviation = tf.sqrt(tf.add(variance, epsilon));
      const offsetSlope = tf.sum(slope, spread);
      const scaleSlope = tf.div(tf.sub(tf.sum(tf.mul(slope, x), spread), tf.mul(mean, offsetSlope)), deviation);
      const factor = tf.div(scale, deviation);
      const share = tf.div(factor, -valuesPerChannel(x));
      const common = tf.batchNorm(
        x,
        mean,
        variance,
        vector(tf.mul(share, offsetSlope)),
        vector(tf.mul(share, scaleSlope)),
        epsilon,
      );
      return [tf.add(tf.mul(slope, factor), common), scaleSlope, offsetSlope];
    },
  }));
}

const valuesPerChannel = ({ size, shape }: tf.Tensor): number => size / (shape.at(-1) ?? 1);

const vector = (tensor: tf.Tensor): tf.Tensor1D => tf.reshape<tf.Rank.R1>(tensor, [-1]);

function tooSmall(name: string): ProblemError {
  return new ProblemError({
    code: 'batch-too-small',
    message: `Batch normalization (${name}) finds a single value a channel in a batch: there is nothing to average.`,
    fix: 'Give `train.batchSize` at least 2.',
    place: { path: 'train.batchSize' },
  });
}
