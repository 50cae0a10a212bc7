import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Experiment } from '../../../../src/core/spec/experiment/experiment.js';
import { parseExperiment } from '../../../../src/core/spec/experiment/experimentFile.js';
import { formatProblem } from '../../../../src/core/problem.js';
import { small, smallText, validFile, writings } from './experimentFiles.js';

const file = 'a.distill.json';

/** What a person sees. */
function said(text: string): string[] {
  const { experiment, problems } = parseExperiment(text, { file });
  assert.equal(experiment === null, problems.length > 0);
  return problems.map(formatProblem);
}

function parsed(text: string): Experiment {
  const { experiment, problems } = parseExperiment(text);
  assert.deepEqual(problems, []);
  assert.ok(experiment !== null);
  return experiment;
}

/** A role of which only the layers of its MLP were written. */
function resolved(hidden: number[]): object {
  return {
    model: {
      ...{ kind: 'mlp', hidden, dropout: 0, inputDropout: 0 },
      input: { size: null, interpolation: 'bilinear', mean: [0], std: [1] },
    },
    weights: null,
    trainable: 'all',
    train: {
      epochs: 10,
      batchSize: 64,
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 },
      schedule: { kind: 'constant', warmup: 0 },
      maxNorm: null,
      augment: { translate: 0, crop: 0, flip: false },
    },
  };
}

/** The plain values inside a value, by their paths. */
function leaves(value: unknown, path = ''): [path: string, leaf: unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inside]) => leaves(inside, `${path}.${key}`));
}

/** The experiment as a file that leaves nothing out. */
function written({ teachers, variants, ...rest }: Experiment): object {
  const [variant] = variants;
  return { ...rest, teacher: teachers, student: variant?.student, distill: variant?.distill };
}

describe('an experiment file that is right', () => {
  it('means what its parts say, with defaults filled in', () => {
    assert.deepEqual(parsed(smallText({})), {
      name: 'small',
      data: { dataset: 'mnist', validation: 0, limit: {} },
      teachers: [{ name: 'teacher', seed: 0, ...resolved([100]) }],
      variants: [
        {
          swept: [],
          student: resolved([10]),
          distill: {
            ...{ loss: 'hinton', temperature: 4, alpha: 0.9, ensemble: 'probabilities' },
            ...{ warmup: 0, temperatureEnd: null, standardize: false },
          },
        },
      ],
      baseline: true,
      seeds: [0],
      engine: 'auto',
      checkpointSeconds: 20,
      keep: { logits: '256 MB' },
    });
  });

  it('means the same in whatever order, spacing and comments it is written', () => {
    const pairs = validFile.chain((value) => fc.tuple(fc.constant(value), writings(value)));
    fc.assert(
      fc.property(pairs, ([value, text]) => assert.deepEqual(parsed(text), parsed(JSON.stringify(value)))),
      { numRuns: 50 },
    );
  });

  it('comes back unchanged when all it means is written out', () => {
    fc.assert(
      fc.property(validFile, (value) => {
        const experiment = parsed(JSON.stringify(value));
        assert.deepEqual(parsed(JSON.stringify(written(experiment), null, 2)), experiment);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps every value that was written', () => {
    fc.assert(
      fc.property(validFile, ({ $schema, version, data: { augment, ...data }, ...value }) => {
        const experiment = parsed(JSON.stringify({ $schema, version, data: { augment, ...data }, ...value }));
        const teacher = Array.isArray(value.teacher) ? value.teacher : [value.teacher];
        const expected = { ...value, name: value.name.trim(), data, teacher };
        const meant = new Map(leaves(written(experiment)));
        for (const [path, leaf] of leaves(expected)) assert.equal(meant.get(path), leaf, path);
      }),
      { numRuns: 50 },
    );
  });

  it('takes augmentation of the data for every role that has none of its own', () => {
    const experiment = parsed(
      smallText({
        data: { dataset: 'mnist', augment: { translate: 2 } },
        student: { ...small.student, train: { augment: { translate: 0 } } },
      }),
    );
    assert.equal(experiment.teachers[0]?.train.augment.translate, 2);
    assert.equal(experiment.variants[0]?.student.train.augment.translate, 0);
    assert.ok(!('augment' in experiment.data));
  });

  it('refuses to move pictures twice, wherever it is said', () => {
    const twice = { translate: 2, crop: 4 };
    const placesOf = (settings: Readonly<Record<string, unknown>>): (string | undefined)[] => {
      const { problems, experiment } = parseExperiment(smallText(settings));
      assert.equal(experiment, null);
      for (const { code, fix } of problems) assert.match(`${code}: ${fix}`, /^experiment-augment: Keep one of them/);
      return problems.map(({ place }) => place.path);
    };
    assert.deepEqual(placesOf({ data: { dataset: 'mnist', augment: twice } }), ['data.augment.crop']);
    const teacher = { ...small.teacher, train: { augment: twice } };
    assert.deepEqual(placesOf({ teacher: [small.teacher, teacher] }), ['teacher[1].train.augment.crop']);
    const student = { ...small.student, train: { augment: { translate: 1 } } };
    const sweep = { 'student.train.augment.crop': [0, 4] };
    assert.deepEqual(placesOf({ student, sweep }), ['sweep["student.train.augment.crop"]']);
    parsed(smallText({ data: { dataset: 'mnist', augment: { crop: 4, flip: true } } }));
  });

  it('seeds and names the teachers of an ensemble by their places', () => {
    const { teachers } = parsed(
      smallText({ teacher: [small.teacher, { ...small.teacher, name: 'old' }, small.teacher] }),
    );
    assert.deepEqual(
      teachers.map(({ name, seed }) => [name, seed]),
      [
        ['teacher', 0],
        ['old', 1],
        ['teacher 3', 2],
      ],
    );
  });

  it('knows the kind of an optimizer, a schedule and a loss that do not say', () => {
    const train = { optimizer: { momentum: 0.5 }, schedule: { warmup: 1 } };
    const { variants } = parsed(smallText({ student: { ...small.student, train }, distill: { alpha: 0.5 } }));
    const [variant] = variants;
    assert.ok(variant !== undefined);
    assert.equal(variant.student.train.optimizer.kind, 'sgd');
    assert.deepEqual(variant.student.train.schedule, { kind: 'constant', warmup: 1 });
    assert.equal(variant.distill.loss, 'hinton');
  });

  it('lays a sweep out as a grid, the last key fastest, each point checked as if it had been written', () => {
    const { variants } = parsed(
      smallText({
        sweep: {
          'student.train.optimizer.kind': ['adam', 'sgd'],
          'distill.temperature': [2, 20],
        },
      }),
    );
    assert.deepEqual(
      variants.map(({ swept, student, distill }) => [swept, student.train.optimizer, distill.temperature]),
      ['adam', 'sgd'].flatMap((kind) =>
        [2, 20].map((temperature) => [
          [
            { path: 'student.train.optimizer.kind', value: kind },
            { path: 'distill.temperature', value: temperature },
          ],
          kind === 'adam'
            ? { kind, learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }
            : { kind, learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 },
          temperature,
        ]),
      ),
    );
  });

  it('is every example of ours', () => {
    const examples = readdirSync('examples').filter((name) => name.endsWith('.distill.json'));
    assert.ok(examples.includes('mnist-quick.distill.json') && examples.includes('mnist-hinton.distill.json'));
    for (const name of examples) parsed(readFileSync(`examples/${name}`, 'utf8'));
  });
});

describe('an experiment file that is wrong', () => {
  it('ends with the text where a comment is never closed', () => {
    const text = '{{\n "name": "a" /*';
    const { problems } = parseExperiment(text, { file });
    assert.ok(problems.length > 0);
    for (const { range } of problems) assert.ok(range.offset + range.length <= text.length, JSON.stringify(range));
  });

  it('is never more than a list of problems inside the text, whatever was typed', () => {
    const edits = fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.nat(6),
        insert: fc.oneof(
          fc.constantFrom(
            '{',
            '}',
            '[',
            ']',
            '"',
            ',',
            ':',
            '\\',
            '//',
            '/*',
            '\n',
            '1e999',
            '-',
            'null',
            '"__proto__":1,',
          ),
          fc.string({ maxLength: 5, unit: 'binary' }),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(validFile, edits, (value, changes) => {
        let text = JSON.stringify(value, null, 1);
        for (const { at, remove, insert } of changes) {
          const offset = Math.floor(at * text.length);
          text = text.slice(0, offset) + insert + text.slice(offset + remove);
        }
        const { experiment, problems } = parseExperiment(text, { file });
        assert.equal(experiment === null, problems.length > 0);
        for (const { range, message, fix, place } of problems) {
          assert.ok(range.offset >= 0 && range.length >= 0 && range.offset + range.length <= text.length);
          assert.ok(message !== '' && fix !== '' && place.file === file);
          const before = text.slice(0, range.offset).split(/\r\n|\r|\n/);
          assert.deepEqual([place.line, place.column], [before.length, (before.at(-1) ?? '').length + 1]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('survives brackets that would exhaust the stack, and keys that would change a prototype', () => {
    assert.deepEqual(said('{"name":' + '['.repeat(100_000)), [
      'a.distill.json:1:72: Brackets are nested deeper than 64 here.\n  An experiment needs no more than 6: check where this comes from.',
    ]);
    assert.deepEqual(said(smallText({ sweep: JSON.parse('{"__proto__":[1]}') })), [
      'a.distill.json:6:13 sweep.__proto__: `__proto__` cannot be swept: expected a setting of `student` or `distill`, such as `distill.temperature`.\n  Remove it, or write the whole path of a setting.',
    ]);
  });

  it('tells the first of thousands of unknown settings, and how many more there are', () => {
    const strange = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`strange${i.toString()}`, 1]));
    const problems = said(smallText({ ...strange, sweep: { 'distill.temperature': [1, 2, 3] } }));
    assert.equal(problems.length, 200);
    assert.match(problems[199] ?? '', /4,800 more keys here are no settings either/);
  });

  it('takes no text of a million values for an experiment', () => {
    const [problem, ...more] = said(smallText({ seeds: Array.from({ length: 1_000_000 }, (_, i) => i) }));
    assert.match(problem ?? '', /There are more than 200,000 values up to here/);
    assert.deepEqual(more, []);
  });

  it('shows all its problems at once, in the order of the text', () => {
    const text = smallText({ distill: { alpha: 1.5, temprature: 4 }, engine: 'onx', data: { dataset: 'mnits' } });
    assert.deepEqual(
      parseExperiment(text).problems.map(({ code, range }) => [
        code,
        text.slice(range.offset, range.offset + range.length),
      ]),
      [
        ['experiment-unknown-value', '"mnits"'],
        ['experiment-range', '1.5'],
        ['experiment-unknown-key', '"temprature"'],
        ['experiment-unknown-value', '"onx"'],
      ],
    );
  });

  const descriptions = {
    alpha:
      'Weight of the distillation loss: α·distillation + (1−α)·student loss. 0: hard labels only; 1: soft labels only.',
    temperature: 'T: divides the logits before the softmax. Above 0.',
    seeds: 'The student, and its baseline, are trained once for each. They decide the initial weights and the batches.',
    teacher: 'One teacher, or a list of them: an ensemble, whose soft labels are averaged.',
    student: 'The network that learns from the teacher, and how.',
    rootKeys:
      '`$schema`, `version`, `name`, `data`, `teacher`, `student`, `distill`, `baseline`, `seeds`, `sweep`, `engine`, `checkpointSeconds`, `keep`',
  };
  const student = (part: object): Record<string, unknown> => ({ student: { ...small.student, ...part } });

  const wrong: readonly [what: string, settings: Record<string, unknown>, lines: readonly string[]][] = [
    [
      'an unknown key with a near one',
      { distill: { temprature: 4 } },
      [
        '6:15 distill.temprature: `temprature` is not a setting of `distill`. Known: `loss`, `temperature`, `alpha`, `ensemble`, `warmup`, `temperatureEnd`, `doubtfulTeacher`, `standardize`.',
        'Did you mean `temperature`?',
      ],
    ],
    [
      'an unknown key with none near',
      { colour: 'red' },
      [
        `6:3 colour: \`colour\` is not a setting of an experiment. Known: ${descriptions.rootKeys}.`,
        'Remove it, or use one of those.',
      ],
    ],
    [
      'a key of another kind',
      student({ train: { optimizer: { beta1: 0.9 } } }),
      [
        '5:74 student.train.optimizer.beta1: `beta1` is not a setting of `student.train.optimizer` of this kind. Known: `kind`, `learningRate`, `momentum`, `nesterov`, `weightDecay`.',
        'It belongs to the kind `adam` or `adamw`: choose that, or remove it.',
      ],
    ],
    [
      'a temperature of 0',
      { distill: { temperature: 0 } },
      [
        '6:29 distill.temperature: 0 is not above 0: expected a number above 0 and at most 1000.',
        `Change it, or leave it out: the default is 4. ${descriptions.temperature}`,
      ],
    ],
    [
      'an alpha above 1',
      { distill: { alpha: 1.5 } },
      [
        '6:23 distill.alpha: 1.5 is above 1: expected a number from 0 to 1.',
        `Change it, or leave it out: the default is 0.9. ${descriptions.alpha}`,
      ],
    ],
    [
      'an alpha below 0',
      { distill: { alpha: -0.1 } },
      [
        '6:23 distill.alpha: -0.1 is below 0: expected a number from 0 to 1.',
        `Change it, or leave it out: the default is 0.9. ${descriptions.alpha}`,
      ],
    ],
    [
      'a share of 1',
      { student: { model: { kind: 'mlp', dropout: 1 } } },
      [
        '5:47 student.model.dropout: 1 is not below 1: expected a number of at least 0 and below 1.',
        'Change it, or leave it out: the default is 0. Share of hidden units dropped while training.',
      ],
    ],
    [
      'a number in quotes',
      { distill: { temperature: '20' } },
      [
        '6:29 distill.temperature: Found text "20", expected a number above 0 and at most 1000.',
        'Write 20, without the quotes.',
      ],
    ],
    [
      'a text where true or false is expected',
      { baseline: 'yes' },
      [
        '6:15 baseline: Found text "yes", expected `true` or `false`.',
        'Change it, or leave it out: the default is true. Also train the same student on hard labels alone, from the same initial weights, to compare with.',
      ],
    ],
    [
      'a fraction where a whole number is expected',
      { data: { dataset: 'mnist', limit: { train: 1.5 } } },
      [
        '3:47 data.limit.train: Found 1.5, expected a whole number of at least 1.',
        'Change it, or leave it out. How many training examples are used.',
      ],
    ],
    [
      'null where it means nothing',
      { teacher: null },
      [
        '4:14 teacher: Found null, expected an object or a list of 1 to 16 objects.',
        `Change it. ${descriptions.teacher}`,
      ],
    ],
    [
      'a wrong value where null would do',
      student({ train: { maxNorm: 'none' } }),
      [
        '5:71 student.train.maxNorm: Found text "none", expected a number above 0 or `null`.',
        'Change it, or leave it out: the default is null. Upper bound on the L2 norm of the weights coming into a unit (Srivastava et al. 2014); null for none.',
      ],
    ],
    [
      'an object where a list is expected',
      { student: { model: { kind: 'mlp', hidden: { units: 800 } } } },
      [
        '5:46 student.model.hidden: Found an object {"units":800}, expected a list of whole numbers of at least 1.',
        'Change it, or leave it out: the default is [800,800]. Units of each hidden layer, ReLU between.',
      ],
    ],
    [
      'a list where an object is expected',
      { student: [] },
      ['5:14 student: Found a list [], expected an object.', `Write \`{ … }\`. ${descriptions.student}`],
    ],
    [
      'a number where an object of several kinds is expected',
      { distill: 4 },
      [
        '6:14 distill: Found 4, expected an object whose `loss` is `hinton`, `snippet`, `dkd` or `dist`.',
        'Change it, or leave it out. How the student learns from the teacher.',
      ],
    ],
    [
      'an unknown data set',
      { data: { dataset: 'mnits' } },
      [
        '3:22 data.dataset: "mnits" is not known: expected "mnist", "fashion-mnist", "cifar10", "cifar100", "idx" or "images".',
        'Did you mean "mnist"?',
      ],
    ],
    [
      'an unknown model with a near one',
      { student: { model: { kind: 'mpl' } } },
      [
        '5:31 student.model.kind: "mpl" is not known: expected "mlp", "convnet", "resnet", "cifar-resnet", "vit" or "onnx".',
        'Did you mean "mlp"?',
      ],
    ],
    [
      'an unknown model with none near',
      { student: { model: { kind: 'transformer' } } },
      [
        '5:31 student.model.kind: "transformer" is not known: expected "mlp", "convnet", "resnet", "cifar-resnet", "vit" or "onnx".',
        'Change it.',
      ],
    ],
    [
      'a model without its kind',
      { student: { model: {} } },
      [
        '5:15 student.model.kind: `kind` is missing: expected `mlp`, `convnet`, `resnet`, `cifar-resnet`, `vit` or `onnx`.',
        'Add `"kind": …`.',
      ],
    ],
    [
      'no student',
      { student: undefined },
      ['1:1 student: `student` is missing: expected an object.', `Add \`"student": …\`. ${descriptions.student}`],
    ],
    [
      'an empty name',
      { name: ' ' },
      ['2:11 name: " " is empty: expected text.', 'Change it. What the experiment is called.'],
    ],
    [
      'no seeds',
      { seeds: [] },
      [
        '6:12 seeds: The list is empty: expected a list of one or more whole numbers from 0 to 4294967295.',
        `Change it, or leave it out: the default is [0]. ${descriptions.seeds}`,
      ],
    ],
    [
      'a seed that is there twice',
      { seeds: [3, 4, 3] },
      ['6:17 seeds[2]: 3 is in the list already.', 'Remove one of the two: it would be the same run again.'],
    ],
    [
      'a seed below 0',
      { seeds: [0, -1] },
      [
        '6:15 seeds[1]: -1 is below 0: expected a whole number from 0 to 4294967295.',
        `Change or remove it. ${descriptions.seeds}`,
      ],
    ],
    [
      'no teachers',
      { teacher: [] },
      [
        '4:14 teacher: The list is empty: expected an object or a list of 1 to 16 objects.',
        `Change it. ${descriptions.teacher}`,
      ],
    ],
    [
      'too many teachers',
      { teacher: Array.from({ length: 17 }, () => small.teacher) },
      [
        '4:14 teacher: The list has 17 entries: expected an object or a list of 1 to 16 objects.',
        `Change it. ${descriptions.teacher}`,
      ],
    ],
    [
      'a wrong setting of one of several teachers',
      { teacher: [small.teacher, { model: { kind: 'mlp', dropout: 2 } }] },
      [
        '4:88 teacher[1].model.dropout: 2 is not below 1: expected a number of at least 0 and below 1.',
        'Change it, or leave it out: the default is 0. Share of hidden units dropped while training.',
      ],
    ],
    [
      'the same teacher twice',
      { teacher: [small.teacher, { ...small.teacher, seed: 0 }] },
      [
        '4:55 teacher[1]: This teacher is teacher[0] once more, with the same seed 0.',
        'Give it another seed, or remove it.',
      ],
    ],
    [
      'two teachers of one name',
      { teacher: [small.teacher, { ...small.teacher, name: 'teacher' }] },
      ['4:101 teacher[1].name: Another teacher is called "teacher" already.', 'Give each teacher a name of its own.'],
    ],
    [
      'a teacher called student',
      { teacher: { ...small.teacher, name: 'student 2' } },
      [
        '4:60 teacher.name: A teacher cannot be called "student 2": names that begin so belong to other runs.',
        'Choose another name.',
      ],
    ],
    [
      'a swept path that is misspelled',
      { sweep: { 'distill.temprature': [2, 4] } },
      [
        '6:13 sweep["distill.temprature"]: `distill.temprature` cannot be swept: expected a setting of `student` or `distill`, such as `distill.temperature`.',
        'Did you mean `distill.temperature`?',
      ],
    ],
    [
      'a swept path that only another kind has',
      { sweep: { 'student.model.channels': [[8], [16]] } },
      [
        '6:13 sweep["student.model.channels"]: `channels` is not a setting of `student.model` of this kind. Known: `kind`, `hidden`, `dropout`, `inputDropout`, `input`, `classes`.',
        'It belongs to the kind `convnet`: choose that, or remove it.',
      ],
    ],
    [
      'a swept path inside another',
      { sweep: { 'student.train': [{ epochs: 1 }], 'student.train.epochs': [1, 2] } },
      [
        '6:44 sweep["student.train.epochs"]: `student.train.epochs` is a part of `student.train`, which is swept as well.',
        'Sweep one of the two.',
      ],
    ],
    [
      'a sweep over nothing',
      { sweep: { 'distill.alpha': [] } },
      [
        '6:29 sweep["distill.alpha"]: The list is empty: expected a list of one or more numbers from 0 to 1.',
        `Change it, or leave it out. ${descriptions.alpha}`,
      ],
    ],
    [
      'a sweep over a single value outside a list',
      { sweep: { 'distill.alpha': 0.5 } },
      ['6:29 sweep["distill.alpha"]: Found 0.5, expected a list of one or more numbers from 0 to 1.', 'Write `[0.5]`.'],
    ],
    [
      'a swept value out of range',
      { sweep: { 'distill.temperature': [2, -4] } },
      [
        '6:38 sweep["distill.temperature"][1]: -4 is not above 0: expected a number above 0 and at most 1000.',
        `Change it, or leave it out: the default is 4. ${descriptions.temperature}`,
      ],
    ],
    [
      'a wrong setting inside a swept value',
      { sweep: { 'student.train.optimizer': [{ kind: 'adam', beta1: 1 }] } },
      [
        '6:63 sweep["student.train.optimizer"][0].beta1: 1 is not below 1: expected a number of at least 0 and below 1.',
        'Change it, or leave it out: the default is 0.9. Share of the running mean of the slope that a step keeps.',
      ],
    ],
    [
      'a swept value that something else in the file forbids',
      {
        student: { model: { kind: 'mlp', inputDropout: 0.2 } },
        sweep: { 'student.model.kind': ['mlp', 'convnet'], 'distill.alpha': [0, 1] },
      },
      [
        '6:41 sweep["student.model.kind"][1]: With this, `student.model.inputDropout` does not fit: `inputDropout` is not a setting of `student.model` of this kind. Known: `kind`, `channels`, `hidden`, `dropout`, `input`, `classes`.',
        'It belongs to the kind `mlp`: choose that, or remove it.',
      ],
    ],
    [
      'a swept value that is there twice',
      { sweep: { 'distill.alpha': [0.5, 0.5] } },
      [
        '6:34 sweep["distill.alpha"][1]: 0.5 is in the list already.',
        'Remove one of the two: it would be the same run again.',
      ],
    ],
    [
      'a sweep without an end',
      {
        sweep: {
          'distill.temperature': Array.from({ length: 101 }, (_, i) => i + 1),
          'student.train.epochs': Array.from({ length: 10 }, (_, i) => i + 1),
        },
      },
      [
        '6:3 sweep: The sweep has 1,010 combinations (101 × 10): expected at most 1,000.',
        'Sweep fewer values at a time.',
      ],
    ],
    [
      'more seeds than anybody can train',
      { seeds: Array.from({ length: 22_000 }, (_, i) => i), baseline: false },
      [
        '6:3 seeds: This asks for 22,001 runs: for each of 22,000 seeds 1 student, and 1 teacher. Expected at most 5,000.',
        'Use fewer seeds, or sweep fewer values at a time.',
      ],
    ],
    [
      'seeds and a sweep that are too many together',
      {
        sweep: { 'distill.temperature': Array.from({ length: 100 }, (_, i) => i + 1), 'student.train.epochs': [1, 2] },
        seeds: Array.from({ length: 30 }, (_, i) => i),
      },
      [
        '6:3 sweep: This asks for 6,061 runs: for each of 30 seeds 200 students and 2 baselines, and 1 teacher. Expected at most 5,000.',
        'Use fewer seeds, or sweep fewer values at a time.',
      ],
    ],
  ];
  for (const [what, settings, [first = '', fix = '']] of wrong) {
    it(`says so of ${what}`, () => {
      assert.deepEqual(said(smallText(settings)), [`${file}:${first}\n  ${fix}`]);
    });
  }

  it('says what to write in place of the underlined text, so that the editor can write it', () => {
    const slips: [Record<string, unknown>, string, string][] = [
      [{ distill: { temprature: 2 } }, '"temprature"', '"temperature"'],
      [{ data: { dataset: 'mnits' } }, '"mnits"', '"mnist"'],
      [{ distill: { temperature: ' 20' } }, '" 20"', '20'],
      [{ sweep: { 'distill.temprature': [2] } }, '"distill.temprature"', '"distill.temperature"'],
      [{ sweep: { 'student.train.optimizer': [{ momentun: 0.5 }] } }, '"momentun"', '"momentum"'],
    ];
    for (const [settings, wrong, right] of slips) {
      const text = smallText(settings);
      const [problem] = parseExperiment(text).problems;
      assert.ok(problem !== undefined);
      const { range, replacement } = problem;
      assert.deepEqual([text.slice(range.offset, range.offset + range.length), replacement], [wrong, right]);
      const fixed = text.slice(0, range.offset) + right + text.slice(range.offset + range.length);
      assert.deepEqual(parseExperiment(fixed).problems, []);
    }
  });

  it('offers nothing to write where the mistake is another than the underlined text', () => {
    const sweeps = [{ 'student.model.kind': ['mlp', 'convnet'] }, { 'student.train.optimizer.momentum': ['x'] }];
    for (const sweep of sweeps) {
      const { problems } = parseExperiment(
        smallText({ student: { model: { kind: 'mlp', inputDropout: 0.1 } }, sweep }),
      );
      assert.ok(problems.length > 0);
      assert.ok(problems.every(({ replacement }) => replacement === undefined));
    }
  });

  it('does not repeat for a sweep what is wrong with the file anyway', () => {
    assert.equal(said(smallText({ distill: { alpha: 2 }, sweep: { 'distill.temperature': [2, 4] } })).length, 1);
  });

  it('finds a wrong swept value although the file has other faults', () => {
    assert.equal(said(smallText({ distill: { alpha: 2 }, sweep: { 'distill.temperature': [2, -4] } })).length, 2);
  });
});
