import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isJsonObject } from '../../../../src/core/json.js';
import { startsWith, type JsonPath } from '../../../../src/core/jsonText.js';
import { formatProblem } from '../../../../src/core/problem.js';
import { pathText } from '../../../../src/core/spec/settings/diagnostic.js';
import { parseExperiment } from '../../../../src/core/spec/experiment/experimentFile.js';
import { experimentJsonSchema } from '../../../../src/core/spec/experiment/experimentJsonSchema.js';
import {
  discriminators,
  formOf,
  formsOf,
  settingAt,
  valueAt,
  withValue,
} from '../../../../src/core/spec/settings/setting.js';
import { small, smallText } from '../experiment/experimentFiles.js';

/** One thing that is wrong: what the file becomes by it, and where it is to be told. */
interface Fault {
  readonly path: JsonPath;
  readonly what: 'value' | 'strange key' | 'missing' | 'unknown kind' | 'missing kind';
  readonly apply: (file: unknown) => unknown;
}

const schema = experimentJsonSchema();

/** All that can be made wrong in a file on its own. */
function faultsIn(file: unknown, path: JsonPath = []): Fault[] {
  const value = valueAt(file, path);
  if (!isJsonObject(value)) {
    const list = Array.isArray(value) ? value.flatMap((_, index) => faultsIn(file, [...path, index])) : [];
    const wrong = typeof value === 'boolean' ? 'zqxj' : false;
    return [{ path, what: 'value', apply: (into) => withValue(into, path, wrong) }, ...list];
  }
  const setting = settingAt(schema, { value: file, path }) ?? {};
  const form = formOf(setting, value) ?? {};
  const kinds = discriminators(form).map(([key]) => key);
  const strange = [...path, 'zqxj'];
  const inside = Object.keys(value).flatMap((key): Fault[] => {
    const at = [...path, key];
    const missing: Fault['what'] = kinds.includes(key) ? 'missing kind' : 'missing';
    const removed: Fault = { path: at, what: missing, apply: (into) => without(into, at) };
    // What is left out of an object with a default kind makes another kind of it.
    const isNeeded = formsOf(setting).every(({ required = [] }) => !kinds.includes(key) || required.includes(key));
    const leftOut = isNeeded && form.required?.includes(key) === true ? [removed] : [];
    if (!kinds.includes(key)) return [...leftOut, ...faultsIn(file, at)];
    return [...leftOut, { path: at, what: 'unknown kind', apply: (into) => withValue(into, at, 'zqxjzqxj') }];
  });
  const inSweep = path[0] === 'sweep' && path.length === 1;
  return [
    { path: strange, what: 'strange key', apply: (into) => withValue(into, strange, inSweep ? [1] : 1) },
    ...inside,
  ];
}

function without(into: unknown, [key = '', ...rest]: JsonPath): unknown {
  if (Array.isArray(into)) return into.map((item: unknown, index) => (index === key ? without(item, rest) : item));
  if (!isJsonObject(into)) return into;
  if (rest.length > 0) return { ...into, [key]: without(into[key], rest) };
  return Object.fromEntries(Object.entries(into).filter(([name]) => name !== key));
}

/** Whether two faults can be told apart: neither is inside the other, nor what must be there decided by the other. */
function areIndependent(a: Fault, b: Fault): boolean {
  if (startsWith(a.path, b.path) || startsWith(b.path, a.path)) return false;
  const around = (fault: Fault): string => JSON.stringify(fault.path.slice(0, -1));
  const ofKind = ({ what }: Fault): boolean => what === 'unknown kind' || what === 'missing kind';
  const decides = (kind: Fault, other: Fault): boolean =>
    ofKind(kind) && other.what === 'missing' && around(kind) === around(other);
  return !decides(a, b) && !decides(b, a);
}

const pair = { images: 'pictures', labels: 'labels' };
const datasets = [
  { dataset: 'mnist', validation: 10, limit: { train: 100, test: 50 }, augment: { translate: 2 } },
  { dataset: 'fashion-mnist', folder: 'fashion' },
  { dataset: 'cifar100', folder: 'cifar', augment: { crop: 4, flip: true } },
  { dataset: 'idx', train: pair, test: { images: 'a', labels: 'b' }, classes: ['cat', 'dog'] },
  { dataset: 'images', folder: 'pictures', size: [32, 48], limit: {} },
];
const models = [
  { kind: 'mlp', hidden: [20], dropout: 0.5, input: { size: 28, mean: [0.5] } },
  { kind: 'convnet', channels: [8, 16], hidden: [20] },
  { kind: 'resnet', depth: 18 },
  { kind: 'cifar-resnet', variant: 'resnet20' },
  { kind: 'vit', layers: 2, patch: 7 },
];
const trainings = [
  { epochs: 2, optimizer: { kind: 'adamw', beta1: 0.8 }, schedule: { kind: 'step', milestones: [1], gamma: 0.5 } },
  { batchSize: 8, optimizer: { kind: 'sgd', nesterov: true }, schedule: { kind: 'cosine', minimum: 0.1 } },
];
const lessons = [
  { loss: 'dkd', target: 2, alpha: 0.5 },
  { loss: 'dist', temperature: 2, warmup: 1 },
  { loss: 'hinton', standardize: true },
];
const base = fc
  .record({
    data: fc.constantFrom(...datasets),
    models: fc.tuple(fc.constantFrom(...models), fc.constantFrom(...models), fc.constantFrom(...models)),
    train: fc.constantFrom(...trainings),
    distill: fc.constantFrom(...lessons),
  })
  .map(({ data, models: [first, second, third], train, distill }) => ({
    name: 'many faults',
    data,
    teacher: [
      { name: 'first', model: first, weights: 'first.safetensors', trainable: 'all', train },
      { model: second, seed: 7 },
    ],
    student: { model: third, train },
    distill,
    seeds: [1, 2],
    baseline: true,
    sweep: {
      'distill.temperature': [2, 4, 8],
      'student.train.epochs': [1, 2],
      'student.train.maxNorm': [null, 3],
    },
  }));

describe('everything that is wrong with an experiment', () => {
  it('is told at once, each at its place, and nothing else', () => {
    const cases = base.chain((file) =>
      fc.record({
        file: fc.constant(file),
        drawn: fc.shuffledSubarray(faultsIn(file), { minLength: 1, maxLength: 7 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ file, drawn }) => {
        const faults: Fault[] = [];
        for (const fault of drawn) if (faults.every((other) => areIndependent(fault, other))) faults.push(fault);
        const written = faults.reduce<unknown>((into, { apply }) => apply(into), file);
        const { problems } = parseExperiment(JSON.stringify(written, null, 1));
        assert.deepEqual(
          problems.map(({ place }) => place.path ?? '').sort(),
          faults.map(({ path }) => pathText(path)).sort(),
          problems.map(formatProblem).join('\n'),
        );
      }),
      { numRuns: 60 },
    );
  });

  const problemsOf = (settings: Readonly<Record<string, unknown>>) => parseExperiment(smallText(settings)).problems;
  const told = (settings: Readonly<Record<string, unknown>>) =>
    problemsOf(settings).map(({ place, replacement }) => [place.path, replacement]);

  it('is told beside an unknown loss', () => {
    assert.deepEqual(told({ distill: { loss: 'kl', temprature: 2, alpha: 9, target: 'much' } }), [
      ['distill.loss', undefined],
      ['distill.temprature', '"temperature"'],
      ['distill.alpha', undefined],
      ['distill.target', undefined],
    ]);
  });

  it('takes the settings beside a misspelled kind for those of the kind that was meant', () => {
    assert.deepEqual(told({ data: { dataset: 'imagess', foldr: 'a' } }), [
      ['data.folder', undefined],
      ['data.dataset', '"images"'],
      ['data.foldr', '"folder"'],
    ]);
    assert.deepEqual(told({ student: { model: { kind: 'rsnet', depth: 18 } } }), [['student.model.kind', '"resnet"']]);
  });

  it('is told of names, sweeps and roles beside what is wrong with settings', () => {
    const teacher = { ...small.teacher, trainable: 'none' };
    assert.deepEqual(
      told({
        teacher: [
          { ...teacher, name: 'student' },
          { ...small.teacher, train: { epochs: 0 } },
        ],
        distill: { alpha: 9 },
        sweep: { 'distill.alpa': [1], 'student.trainable': ['head', 'none'], 'distill.temperature': [4, -1, 4] },
      }),
      [
        ['teacher[0].trainable', undefined],
        ['teacher[0].name', undefined],
        ['teacher[1].train.epochs', undefined],
        ['distill.alpha', undefined],
        ['sweep["distill.alpa"]', '"distill.alpha"'],
        ['sweep["student.trainable"][1]', undefined],
        ['sweep["distill.temperature"][1]', undefined],
        ['sweep["distill.temperature"][2]', undefined],
      ],
    );
  });

  it('does not invent what is missing in a part that is not there, or is something else', () => {
    const sweep = { 'student.train.epochs': [1, 2] };
    assert.deepEqual(told({ student: undefined, sweep }), [['student', undefined]]);
    assert.deepEqual(told({ student: 'mlp', sweep }), [['student', undefined]]);
  });

  it('offers what was meant by a value of the wrong type', () => {
    const slips: [settings: Readonly<Record<string, unknown>>, replacement: string][] = [
      [{ student: { model: 'mlp' } }, '{ "kind": "mlp" }'],
      [{ student: { ...small.student, train: { optimizer: 'adm' } } }, '{ "kind": "adam" }'],
      [{ student: { ...small.student, train: { maxNorm: '3' } } }, '3'],
      [{ student: { ...small.student, train: { maxNorm: 'null' } } }, 'null'],
      [{ student: { model: { kind: 'resnet', depth: '18' } } }, '18'],
      [{ seeds: 3 }, '[3]'],
      [{ baseline: 'False' }, 'false'],
      [{ sweep: { 'distill.alpha': 0.5 } }, '[0.5]'],
    ];
    for (const [settings, right] of slips) {
      const text = smallText(settings);
      const [problem, ...others] = parseExperiment(text).problems;
      assert.ok(problem !== undefined && others.length === 0, JSON.stringify(settings));
      const { range, replacement } = problem;
      assert.equal(replacement, right);
      const fixed = text.slice(0, range.offset) + right + text.slice(range.offset + range.length);
      assert.deepEqual(parseExperiment(fixed).problems, []);
    }
  });

  it('names another kind of object only to who wrote what that kind understands', () => {
    const fixOf = (data: object): string => problemsOf({ data })[0]?.fix ?? '';
    assert.match(fixOf({ dataset: 'mnist', train: pair }), /^It belongs to the dataset `idx`: /);
    assert.equal(fixOf({ dataset: 'mnist', classes: 'a' }), 'Remove it, or use one of those.');
  });
});
