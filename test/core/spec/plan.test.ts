import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseExperiment } from '../../../src/core/spec/experiment/experimentFile.js';
import { planRuns, selectRuns, specHash, type PlannedRun } from '../../../src/core/spec/plan.js';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';
import {
  distillSchema,
  modelSchema,
  runSpecSchema,
  scheduleSchema,
  trainSchema,
  type RunSpec,
  type TrainSpec,
} from '../../../src/core/spec/spec.js';
import { anySweep, small, smallText, validFile, writings } from './experiment/experimentFiles.js';
import { sampleSpec } from '../../run/sample.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function planOf(text: string): PlannedRun[] {
  const { experiment, problems } = parseExperiment(text);
  assert.deepEqual(problems, []);
  assert.ok(experiment !== null);
  return planRuns(experiment, { sha256 });
}

function keys(plan: readonly PlannedRun[]): string[] {
  return plan.map(({ key }) => key);
}

/** Valid files with a sweep whose lists fit every student: models are MLPs, optimizers are left to the sweep. */
const sweptFile = fc
  .tuple(validFile, anySweep)
  .map(([file, sweep]): Record<string, unknown> => ({ ...file, student: small.student, sweep }));

describe('a plan', () => {
  it('trains the teacher first, then for every seed the baseline and the student', () => {
    const plan = planOf(smallText({ seeds: [0, 7], distill: { temperature: 20, alpha: 0.9 } }));
    assert.deepEqual(
      plan.map(({ key, spec: { role, name, seed }, teachers, baseline }) => ({
        key,
        role,
        name,
        seed,
        teachers,
        baseline,
      })),
      [
        { key: 'teacher s0', role: 'teacher', name: 'teacher', seed: 0, teachers: [], baseline: null },
        ...[0, 7].flatMap((seed) => [
          { key: `baseline s${seed}`, role: 'baseline', name: 'baseline', seed, teachers: [], baseline: null },
          {
            key: `student t20 a0.9 s${seed}`,
            role: 'student',
            name: 'student',
            seed,
            teachers: ['teacher s0'],
            baseline: `baseline s${seed}`,
          },
        ]),
      ],
    );
  });

  it('gives baseline and student the same seed, network, training and data, so that only the loss differs', () => {
    fc.assert(
      fc.property(sweptFile, (file) => {
        const plan = planOf(JSON.stringify({ ...file, baseline: true }));
        for (const { spec, baseline } of plan.filter(({ spec: { role } }) => role === 'student')) {
          const pair = plan.find(({ key }) => key === baseline);
          assert.deepEqual(pair?.spec, {
            ...spec,
            role: 'baseline',
            name: pair?.spec.name,
            distill: null,
            teachers: [],
          });
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is made of good run specs, each there once, after all that it names', () => {
    fc.assert(
      fc.property(sweptFile, (file) => {
        const plan = planOf(JSON.stringify(file));
        assert.equal(new Set(keys(plan)).size, plan.length);
        assert.equal(new Set(plan.map((run) => run.specHash)).size, plan.length);
        plan.forEach(({ spec, specHash: hash, teachers, baseline }, index) => {
          assert.deepEqual(runSpecSchema.parse(spec), spec);
          assert.equal(hash, specHash(spec, { sha256 }));
          const before = plan.slice(0, index);
          for (const key of [...teachers, ...(baseline === null ? [] : [baseline])])
            assert.ok(keys(before).includes(key));
          assert.deepEqual(
            spec.teachers,
            teachers.map((key) => before.find((run) => run.key === key)?.specHash),
          );
          if (spec.role === 'student') assert.equal(teachers.length, [file.teacher].flat().length);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('shares one baseline among students that differ only in how they are taught', () => {
    const plan = planOf(smallText({ sweep: { 'distill.temperature': [2, 4], 'distill.alpha': [0.5, 1] } }));
    assert.deepEqual(keys(plan), [
      'teacher s0',
      'baseline s0',
      'student t2 a0.5 s0',
      'student t2 a1 s0',
      'student t4 a0.5 s0',
      'student t4 a1 s0',
    ]);
  });

  it('gives every swept student a baseline of its own, and names both by what was swept', () => {
    const sweep = {
      'student.model.hidden': [[64, 64], [300]],
      'student.train.optimizer': [{ kind: 'adam', learningRate: 0.01 }],
      'distill.loss': ['hinton', 'snippet'],
    };
    assert.deepEqual(keys(planOf(smallText({ sweep }))), [
      'teacher s0',
      'baseline hidden 64-64 optimizer adam learningRate 0.01 s0',
      'student hidden 64-64 optimizer adam learningRate 0.01 loss hinton t4 a0.9 s0',
      'student hidden 64-64 optimizer adam learningRate 0.01 loss snippet t4 a0.9 s0',
      'baseline hidden 300 optimizer adam learningRate 0.01 s0',
      'student hidden 300 optimizer adam learningRate 0.01 loss hinton t4 a0.9 s0',
      'student hidden 300 optimizer adam learningRate 0.01 loss snippet t4 a0.9 s0',
    ]);
  });

  it('tells apart swept settings that end in the same word', () => {
    const sweep = { 'student.train.optimizer.kind': ['sgd', 'adam'], 'student.train.schedule.kind': ['cosine'] };
    assert.deepEqual(keys(planOf(smallText({ sweep, baseline: false }))), [
      'teacher s0',
      'student optimizer.kind sgd schedule.kind cosine t4 a0.9 s0',
      'student optimizer.kind adam schedule.kind cosine t4 a0.9 s0',
    ]);
  });

  it('does once what two points of a sweep have in common, under the first name', () => {
    const sweep = { 'student.train.optimizer': [{ momentum: 0.9 }, {}] };
    assert.deepEqual(keys(planOf(smallText({ sweep }))), [
      'teacher s0',
      'baseline optimizer sgd momentum 0.9 s0',
      'student optimizer sgd momentum 0.9 t4 a0.9 s0',
    ]);
  });

  it('has no baseline where none is wanted, and all the teachers of an ensemble', () => {
    const plan = planOf(smallText({ baseline: false, teacher: [small.teacher, { ...small.teacher, name: 'wide' }] }));
    assert.deepEqual(keys(plan), ['teacher s0', 'wide s1', 'student t4 a0.9 s0']);
    assert.deepEqual(plan.at(-1)?.teachers, ['teacher s0', 'wide s1']);
    assert.equal(plan.at(-1)?.baseline, null);
  });
});

describe('the hash of a run spec', () => {
  it('stays the same however the file is written', () => {
    const pairs = sweptFile.chain((value) => fc.tuple(fc.constant(value), writings({ ...value, sweep: {} })));
    const hashes = (text: string): string[] => planOf(text).map((run) => run.specHash);
    fc.assert(
      fc.property(pairs, ([value, text]) =>
        assert.deepEqual(hashes(text), hashes(JSON.stringify({ ...value, sweep: {} }))),
      ),
      { numRuns: 50 },
    );
  });

  it('does not change when a default is written out', () => {
    const hashes = (settings: Record<string, unknown>): string[] =>
      planOf(smallText(settings)).map((run) => run.specHash);
    const student = { ...small.student, train: { optimizer: { kind: 'sgd', momentum: 0.9 }, maxNorm: null } };
    assert.deepEqual(
      hashes({ student, distill: { alpha: 0.9 }, seeds: [0], checkpointSeconds: 5, keep: { logits: 7 } }),
      hashes({}),
    );
  });

  it('is that of the canonical JSON of all but the name', () => {
    const spec = planOf(smallText({}))[0]?.spec;
    assert.ok(spec !== undefined);
    const text =
      '{"data":{"dataset":"mnist","limit":{},"validation":0},"distill":null,"model":{"dropout":0,"hidden":[100],"input":{"interpolation":"bilinear","mean":[0],"size":null,"std":[1]},"inputDropout":0,"kind":"mlp"},"role":"teacher","seed":0,"teachers":[],"train":{"augment":{"crop":0,"flip":false,"translate":0},"batchSize":64,"epochs":10,"maxNorm":null,"optimizer":{"kind":"sgd","learningRate":0.1,"momentum":0.9,"nesterov":false,"weightDecay":0},"schedule":{"kind":"constant","warmup":0}},"trainable":"all","version":1,"weights":null}';
    assert.equal(specHash(spec, { sha256: (hashed) => hashed }), text);
    assert.equal(specHash({ ...spec, name: 'another' }, { sha256 }), specHash(spec, { sha256 }));
  });

  it('changes with every value', () => {
    const data = { dataset: 'mnist', validation: 5, limit: { train: 7, test: 9 } } as const;
    const model = { kind: 'convnet', channels: [8, 16], hidden: [32], dropout: 0.5 } as const;
    const augment = { translate: 2, crop: 0, flip: false };
    const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 };
    const step = { kind: 'step', milestones: [1, 2], gamma: 0.5, warmup: 1 } as const;
    const train: TrainSpec = {
      ...{ epochs: 4, batchSize: 64, maxNorm: 3, augment },
      optimizer: { kind: 'adamw', ...adam },
      schedule: { ...step, milestones: [1, 2] },
    };
    const distilled = (part: object): RunSpec['distill'] =>
      distillSchema.parse({ loss: 'hinton', temperature: 4, alpha: 0.9, ...part });
    const spec: RunSpec = {
      ...{ version: 1, role: 'student', name: 'student', seed: 3, teachers: ['aa', 'bb'] },
      ...{ data, model: modelSchema.parse(model), weights: null, trainable: 'all', train, distill: distilled({}) },
    };
    const convnet = (part: object): RunSpec => ({ ...spec, model: modelSchema.parse({ ...model, ...part }) });
    const trained = (part: Partial<TrainSpec>): RunSpec => ({ ...spec, train: { ...train, ...part } });
    const optimized = (part: Partial<typeof adam>): RunSpec =>
      trained({ optimizer: { kind: 'adamw', ...adam, ...part } });
    const scheduled = (part: object): RunSpec => trained({ schedule: scheduleSchema.parse({ ...step, ...part }) });
    const specs: RunSpec[] = [
      spec,
      { ...spec, role: 'teacher' },
      { ...spec, seed: 4 },
      { ...spec, teachers: ['aa'] },
      { ...spec, teachers: ['bb', 'aa'] },
      { ...spec, data: { ...data, validation: 6 } },
      { ...spec, data: { ...data, limit: { train: 8, test: 9 } } },
      { ...spec, data: { ...data, limit: { train: 7, test: 8 } } },
      { ...spec, data: { ...data, limit: { train: 7 } } },
      { ...spec, data: { ...data, limit: { test: 7 } } },
      convnet({ channels: [16, 8] }),
      convnet({ hidden: [] }),
      convnet({ dropout: 0.4 }),
      { ...spec, model: modelSchema.parse({ kind: 'mlp', hidden: [32], dropout: 0.5 }) },
      { ...spec, model: modelSchema.parse({ kind: 'mlp', hidden: [32], dropout: 0.5, inputDropout: 0.1 }) },
      trained({ epochs: 5 }),
      trained({ batchSize: 65 }),
      trained({ maxNorm: null }),
      trained({ augment: { ...augment, translate: 1 } }),
      trained({ augment: { ...augment, crop: 1 } }),
      trained({ augment: { ...augment, flip: true } }),
      convnet({ input: { size: 32 } }),
      { ...spec, trainable: 'head' },
      { ...spec, weights: { file: 'a.safetensors' } },
      { ...spec, weights: { file: 'b.safetensors' } },
      trained({ optimizer: { kind: 'adam', ...adam } }),
      optimized({ learningRate: 0.2 }),
      optimized({ beta1: 0.8 }),
      optimized({ beta2: 0.9 }),
      optimized({ epsilon: 1e-7 }),
      optimized({ weightDecay: 0 }),
      scheduled({ milestones: [1, 3] }),
      scheduled({ gamma: 0.4 }),
      scheduled({ warmup: 0 }),
      trained({ schedule: { kind: 'constant', warmup: 1 } }),
      { ...spec, distill: null },
      { ...spec, distill: distilled({ loss: 'snippet' }) },
      { ...spec, distill: distilled({ temperature: 5 }) },
      { ...spec, distill: distilled({ alpha: 0.8 }) },
      { ...spec, distill: distilled({ ensemble: 'logits' }) },
      { ...spec, distill: distilled({ standardize: true }) },
      { ...spec, distill: distilled({ warmup: 1 }) },
      { ...spec, distill: distilled({ temperatureEnd: 1 }) },
      { ...spec, distill: distilled({ loss: 'dkd' }) },
      { ...spec, distill: distilled({ loss: 'dkd', target: 2 }) },
      { ...spec, distill: distilled({ loss: 'dkd', nonTarget: 2 }) },
      { ...spec, distill: distilled({ loss: 'dist' }) },
      { ...spec, distill: distilled({ loss: 'dist', interClass: 2 }) },
      { ...spec, distill: distilled({ loss: 'dist', intraClass: 2 }) },
    ];
    const hashes = specs.map((each) => specHash(each, { sha256 }));
    assert.equal(new Set(hashes).size, specs.length);
  });

  it('of a frozen network is that of its weights, whatever its seed and how it would be trained', () => {
    const weights = { file: 'w.safetensors', sha256: 'a'.repeat(64) };
    const others: Partial<RunSpec>[] = [
      { seed: 7 },
      { train: trainSchema.parse({ epochs: 99, batchSize: 3, maxNorm: 1, optimizer: { kind: 'adam' } }) },
      { train: trainSchema.parse({ augment: { flip: true }, schedule: { kind: 'cosine' } }) },
      { weights: { ...weights, file: 'elsewhere.safetensors' } },
    ];
    const hashes = (trainable: RunSpec['trainable']): string[] =>
      [{}, ...others].map((other) => specHash(sampleSpec({ weights, trainable, ...other }), { sha256 }));
    assert.equal(new Set(hashes('none')).size, 1);
    assert.notEqual(
      specHash(sampleSpec({ weights: { ...weights, sha256: 'b'.repeat(64) }, trainable: 'none' }), { sha256 }),
      hashes('none')[0],
    );
    for (const trainable of ['head', 'all'] as const) {
      assert.equal(
        new Set(hashes(trainable)).size,
        others.length,
        `${trainable}: only where the file lies does not count`,
      );
    }
  });

  it('of a student changes when its teacher is trained otherwise', () => {
    const hashOf = (epochs: number): string | undefined =>
      planOf(smallText({ teacher: { ...small.teacher, train: { epochs } } })).at(-1)?.specHash;
    assert.notEqual(hashOf(3), hashOf(4));
  });
});

describe('a selection of a plan', () => {
  const plan = planOf(
    smallText({ teacher: [small.teacher, small.teacher], seeds: [0, 1], sweep: { 'distill.temperature': [2, 4] } }),
  );

  it('takes runs by key, by name and by role, in the order of the plan', () => {
    assert.deepEqual(keys(selectRuns(plan, { only: ['teacher 2'] })), ['teacher 2 s1']);
    assert.deepEqual(keys(selectRuns(plan, { only: ['teacher'] })), ['teacher s0', 'teacher 2 s1']);
    assert.deepEqual(keys(selectRuns(plan, { only: ['baseline s1', 'teacher s0'] })), ['teacher s0', 'baseline s1']);
  });

  it('keeps the teachers that a student needs, and no baseline that was not asked for', () => {
    const selected = selectRuns(plan, { only: ['student t4 a0.9 s1'] });
    assert.deepEqual(keys(selected), ['teacher s0', 'teacher 2 s1', 'student t4 a0.9 s1']);
    assert.equal(selected.at(-1)?.baseline, null);
    const pair = selectRuns(plan, { only: ['student t4 a0.9 s1', 'baseline'] });
    assert.equal(pair.at(-1)?.baseline, 'baseline s1');
  });

  it('says what there is when a word names nothing', () => {
    const asked = (word: string): string => {
      try {
        selectRuns(planOf(smallText({})), { only: [word] });
      } catch (error) {
        assert.ok(error instanceof ProblemError);
        return formatProblem(error.problem);
      }
      return 'nothing';
    };
    const known = 'There are: `teacher`, `teacher s0`, `baseline`, `baseline s0`, `student`, `student t4 a0.9 s0`.';
    assert.equal(
      asked('studnet'),
      `No run of this experiment is called \`studnet\`. ${known}\n  Did you mean \`student\`?`,
    );
    assert.equal(
      asked('resnet'),
      `No run of this experiment is called \`resnet\`. ${known}\n  Name a role, a name or a key of those.`,
    );
  });
});
