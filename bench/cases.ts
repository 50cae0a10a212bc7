import { modelSchema, type ModelSpec, type OptimizerSpec } from '../src/core/spec/spec.js';

/** A training step to be timed, on pictures of ten classes. */
export interface BenchCase {
  readonly name: string;
  readonly model: ModelSpec;
  readonly optimizer: Extract<OptimizerSpec, { kind: 'sgd' | 'adam' }>;
  readonly batchSize: number;
  readonly picture: { readonly side: number; readonly channels: number };
  /** How many times our step's time the others take at least, by their names: what `--check` holds us to. */
  readonly bounds: Readonly<Record<string, number>>;
  /** Whether all engines are compared in it, and not only the one that is the default. */
  readonly forEngines: boolean;
  /** Whether a driver that computes on the CPU would take minutes for a step. */
  readonly isLarge: boolean;
}

const mnist = { side: 28, channels: 1 };
const cifar = { side: 32, channels: 3 };
const imagenet = { side: 224, channels: 3 };
const mlp = { kind: 'mlp', hidden: [1200, 1200] } as const;
const sgd = { kind: 'sgd', learningRate: 0.05, momentum: 0, nesterov: false, weightDecay: 0 } as const;
const adam = {
  kind: 'adam',
  learningRate: 0.001,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
} as const;

export const cases: readonly BenchCase[] = [
  {
    name: 'MLP 1200-1200, batch 64, SGD',
    model: modelSchema.parse(mlp),
    optimizer: sgd,
    batchSize: 64,
    picture: mnist,
    bounds: { 'tfjs wasm': 20, PyTorch: 1 },
    forEngines: true,
    isLarge: false,
  },
  {
    name: 'MLP 1200-1200, batch 64, momentum 0.9',
    model: modelSchema.parse(mlp),
    optimizer: { ...sgd, momentum: 0.9 },
    batchSize: 64,
    picture: mnist,
    bounds: {},
    forEngines: false,
    isLarge: false,
  },
  {
    name: 'MLP 1200-1200, batch 64, Adam',
    model: modelSchema.parse(mlp),
    optimizer: adam,
    batchSize: 64,
    picture: mnist,
    bounds: {},
    forEngines: false,
    isLarge: false,
  },
  {
    name: 'MLP 800-800, batch 64, SGD',
    model: modelSchema.parse({ ...mlp, hidden: [800, 800] }),
    optimizer: sgd,
    batchSize: 64,
    picture: mnist,
    bounds: {},
    forEngines: false,
    isLarge: false,
  },
  {
    name: 'MLP 1200-1200, batch 128, SGD, dropout 0.5',
    model: modelSchema.parse({ ...mlp, dropout: 0.5 }),
    optimizer: sgd,
    batchSize: 128,
    picture: mnist,
    bounds: {},
    forEngines: false,
    isLarge: false,
  },
  {
    name: 'convnet 32-64, batch 64, SGD',
    model: modelSchema.parse({ kind: 'convnet', channels: [32, 64], hidden: [128] }),
    optimizer: sgd,
    batchSize: 64,
    picture: mnist,
    bounds: {},
    forEngines: true,
    isLarge: false,
  },
  {
    name: 'ResNet-34, batch 32, momentum 0.9',
    model: modelSchema.parse({ kind: 'resnet', depth: 34 }),
    optimizer: { ...sgd, momentum: 0.9 },
    batchSize: 32,
    picture: cifar,
    bounds: { PyTorch: 1 },
    forEngines: true,
    isLarge: true,
  },
  {
    name: 'resnet20, batch 64, momentum 0.9',
    model: modelSchema.parse({ kind: 'cifar-resnet', variant: 'resnet20' }),
    optimizer: { ...sgd, momentum: 0.9 },
    batchSize: 64,
    picture: cifar,
    bounds: { PyTorch: 1 },
    forEngines: true,
    isLarge: true,
  },
  {
    name: 'ResNet-18, 224×224, batch 16, momentum 0.9',
    model: modelSchema.parse({ kind: 'resnet', depth: 18 }),
    optimizer: { ...sgd, momentum: 0.9 },
    batchSize: 16,
    picture: imagenet,
    bounds: {},
    forEngines: false,
    isLarge: true,
  },
  {
    name: 'resnet8x4, batch 64, momentum 0.9',
    model: modelSchema.parse({ kind: 'cifar-resnet', variant: 'resnet8x4' }),
    optimizer: { ...sgd, momentum: 0.9 },
    batchSize: 64,
    picture: cifar,
    bounds: {},
    forEngines: false,
    isLarge: true,
  },
  {
    name: 'ViT-Ti/16, 224×224, batch 8, Adam',
    model: modelSchema.parse({ kind: 'vit', variant: 'ti16' }),
    optimizer: adam,
    batchSize: 8,
    picture: imagenet,
    bounds: {},
    forEngines: false,
    isLarge: true,
  },
];
