import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExperiment } from '../../../src/core/spec/experiment/experimentFile.js';
import { planRuns } from '../../../src/core/spec/plan.js';
import { experimentOf } from '../../../src/host/experimentFile/duplicate.js';
import { sha256 } from '../../../src/node/files/hash.js';
import { listedRun } from '../tree/listedRuns.js';

const source = JSON.stringify({
  name: 'Original',
  data: { dataset: 'mnist', validation: 100, augment: { translate: 2 } },
  teacher: [
    { model: { kind: 'mlp', hidden: [20] }, train: { epochs: 3 } },
    { name: 'second', model: { kind: 'convnet' }, train: { epochs: 2, optimizer: { kind: 'adam' } }, seed: 7 },
  ],
  student: { model: { kind: 'mlp', hidden: [8] }, train: { epochs: 4, schedule: { kind: 'cosine', warmup: 0.5 } } },
  distill: { loss: 'hinton', temperature: 7, alpha: 0.3 },
  seeds: [5],
});

/** The runs of the source as if they had been trained. */
function trained(): ReturnType<typeof listedRun>[] {
  const plan = planOf(source);
  const ids = new Map(plan.map(({ key }, index) => [key, `run-${index}`]));
  return plan.map(({ key, spec, specHash, teachers, baseline }) =>
    listedRun(ids.get(key) ?? '', {
      record: {
        ...{ spec, specHash, experiment: { name: 'Original', file: null } },
        teachers: teachers.map((teacher) => ids.get(teacher) ?? ''),
        baseline: baseline === null ? null : (ids.get(baseline) ?? null),
        execution: { engine: 'onnx/cpu', checkpointSeconds: 20 },
      },
    }),
  );
}

function planOf(text: string): ReturnType<typeof planRuns> {
  const { experiment, problems } = parseExperiment(text);
  assert.deepEqual(problems, []);
  assert.ok(experiment);
  return planRuns(experiment, { sha256 });
}

describe('a run duplicated as an experiment', () => {
  const runs = trained();
  const hashes = runs.map(({ record }) => record.specHash);

  for (const run of runs) {
    it(`asks for the same runs again: ${run.record.spec.name}`, () => {
      assert.deepEqual(
        planOf(experimentOf(run, { among: runs })).map(({ specHash }) => specHash),
        hashes,
      );
    });
  }

  it('of a teacher without students is a valid one that asks for that teacher', () => {
    const [teacher] = runs;
    assert.ok(teacher);
    const [first] = planOf(experimentOf(teacher, { among: [teacher] }));
    assert.equal(first?.specHash, teacher.record.specHash);
  });

  it('says what is missing where the teacher is gone', () => {
    const student = runs.at(-1);
    assert.ok(student);
    assert.throws(() => experimentOf(student, { among: [student] }), /its teacher run-0 is not there any more/);
  });
});
