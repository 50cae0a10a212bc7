import fc from 'fast-check';
import { engineChoices } from '../../../../src/core/spec/parts/engine.js';

/** Files for the tests of experiments and plans. */

/** The least that is an experiment. */
export const small = {
  name: 'small',
  data: { dataset: 'mnist' },
  teacher: { model: { kind: 'mlp', hidden: [100] } },
  student: { model: { kind: 'mlp', hidden: [10] } },
};

/** The small experiment with other settings, as a text: one line a setting, the other settings from line 6 on. */
export function smallText(settings: Readonly<Record<string, unknown>>): string {
  const file: Record<string, unknown> = { ...small, ...settings };
  const lines = Object.entries(file)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

const count = fc.integer({ min: 1, max: 2000 });
const share = fc.integer({ min: 0, max: 99 }).map((percent) => percent / 100);
const positive = fc.double({ min: 1e-9, max: 1000, noNaN: true });
const layers = fc.array(count, { maxLength: 3 });
const seed = fc.integer({ min: 0, max: 0xffffffff });
const allOptional = { requiredKeys: [] };

const model = fc.oneof(
  fc.record(
    { kind: fc.constant('mlp'), hidden: layers, dropout: share, inputDropout: share },
    { requiredKeys: ['kind'] },
  ),
  fc.record(
    {
      kind: fc.constant('convnet'),
      channels: fc.array(count, { minLength: 1, maxLength: 3 }),
      hidden: layers,
      dropout: share,
    },
    { requiredKeys: ['kind'] },
  ),
);

const adam = { learningRate: positive, beta1: share, beta2: share, epsilon: positive, weightDecay: share };
const optimizer = fc.oneof(
  fc.record(
    {
      kind: fc.constant('sgd'),
      learningRate: positive,
      momentum: share,
      nesterov: fc.boolean(),
      weightDecay: share,
    },
    allOptional,
  ),
  fc.record({ kind: fc.constantFrom('adam', 'adamw'), ...adam }, { requiredKeys: ['kind'] }),
);

const schedule = fc.oneof(
  fc.record({ kind: fc.constant('constant'), warmup: share }, allOptional),
  fc.record(
    {
      kind: fc.constant('step'),
      milestones: fc.array(positive, { minLength: 1, maxLength: 3 }),
      gamma: share.map((each) => 1 - each),
      warmup: share,
    },
    { requiredKeys: ['kind', 'milestones'] },
  ),
  fc.record({ kind: fc.constant('cosine'), minimum: share, warmup: share }, { requiredKeys: ['kind'] }),
);

const augment = fc.record({ translate: fc.integer({ min: 0, max: 14 }) }, allOptional);
const train = fc.record(
  { epochs: count, batchSize: count, optimizer, schedule, maxNorm: fc.option(positive), augment },
  allOptional,
);
const student = fc.record({ model, train }, { requiredKeys: ['model'] });
const teachers = fc
  .array(fc.record({ model, train }, { requiredKeys: ['model'] }), { minLength: 1, maxLength: 3 })
  .chain((list) => fc.constantFrom(list, list[0] ?? {}));

const distill = fc.record(
  {
    loss: fc.constantFrom('hinton', 'snippet'),
    temperature: positive,
    alpha: share,
    ensemble: fc.constantFrom('probabilities', 'logits'),
  },
  allOptional,
);

/** Valid files without a sweep: every setting there or not, in any form. */
export const validFile = fc.record(
  {
    $schema: fc.string(),
    version: fc.constant(1),
    name: fc.string({ minLength: 1 }).filter((name) => name.trim() !== ''),
    data: fc.record(
      {
        dataset: fc.constant('mnist'),
        validation: fc.nat(10_000),
        limit: fc.record({ train: count, test: count }, allOptional),
        augment,
      },
      { requiredKeys: ['dataset'] },
    ),
    teacher: teachers,
    student,
    distill,
    baseline: fc.boolean(),
    seeds: fc.uniqueArray(seed, { minLength: 1, maxLength: 3 }),
    engine: fc.constantFrom(...engineChoices),
    checkpointSeconds: positive,
    keep: fc.record({ logits: fc.constantFrom('all', 3, 40, '64 MB', '1.5 GB') }, allOptional),
  },
  { requiredKeys: ['name', 'data', 'teacher', 'student'] },
);

/** Sweeps that every file allows. */
export const anySweep = fc.record(
  {
    'distill.temperature': fc.uniqueArray(
      count.map((each) => each / 2),
      { minLength: 1, maxLength: 3 },
    ),
    'distill.alpha': fc.uniqueArray(share, { minLength: 1, maxLength: 2 }),
    'distill.loss': fc.constant(['hinton', 'snippet']),
    'student.train.epochs': fc.uniqueArray(count, { minLength: 1, maxLength: 2 }),
    'student.train.maxNorm': fc.constant([null, 3]),
    'student.model.hidden': fc.uniqueArray(layers, { minLength: 1, maxLength: 2, selector: (each) => each.join() }),
    'student.train.optimizer': fc.constant([{ kind: 'adam' }, { learningRate: 0.2 }, {}, { momentum: 0.9 }]),
  },
  allOptional,
);

/** A value as text in one of the many ways to write it: keys in another order, spaces, comments, trailing commas. */
export function writings(value: unknown): fc.Arbitrary<string> {
  return fc.infiniteStream(fc.nat(1000)).map((choices) => {
    const next = (below: number): number => Number(choices.next().value ?? 0) % below;
    const gap = (): string => ['', ' ', '\n', '\r\n\t', ' // a comment, "quoted": {\n', '/* [ */'][next(6)] ?? '';
    const list = (items: readonly string[]): string =>
      items.join(',') + (items.length > 0 && next(2) === 0 ? `${gap()},` : '');
    const write = (each: unknown): string => {
      if (Array.isArray(each)) return `${gap()}[${gap()}${list(each.map(write))}${gap()}]${gap()}`;
      if (typeof each !== 'object' || each === null) return `${gap()}${JSON.stringify(each)}${gap()}`;
      const members = Object.entries(each)
        .map((member) => ({ member, order: next(1000) }))
        .sort((a, b) => a.order - b.order)
        .map(({ member: [key, inside] }) => `${gap()}${JSON.stringify(key)}${gap()}:${write(inside)}`);
      return `${gap()}{${list(members)}${gap()}}${gap()}`;
    };
    return write(value);
  });
}
