import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runSpecSchema } from '../../../src/core/spec/spec.js';
import { exportRun } from '../../../src/launch/exportRun.js';
import type { RunFolder } from '../../../src/run/folder.js';
import { readRun } from '../../../src/run/run.js';
import type { RunState } from '../../../src/run/state.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { hashOf, smallTeacher, trained, trainerRun } from '../trainerRuns.js';

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** Output i is taken for the class that has this name. */
const turned = [...digits.slice(1), '0'];
const data = { dataset: 'mnist', limit: { train: 512, test: 100 } };

async function run(runs: string, spec: object, teachers: readonly RunFolder[] = []) {
  const folder = await trainerRun(runs, spec, { teachers });
  const { output } = await trained(folder);
  const read = await readRun(folder);
  assert.ok(read.kind === 'run', output);
  return { folder, state: read.state };
}

const student = (teacher: object, distill: object) => ({
  ...{ ...smallTeacher, data, role: 'student', name: 'student' },
  distill: { loss: 'hinton', ...distill },
  teachers: [hashOf(runSpecSchema.parse(teacher))],
});

const codes = ({ warnings }: RunState): string[] => warnings.map(({ code }) => code);

describe('a teacher that is right in another order of its classes', () => {
  it('is told when it is evaluated, refused with the line to write, and taught from where that is meant', async (t) => {
    const runs = await temporaryFolder(t);
    const learned = await run(runs, { ...smallTeacher, data, train: { epochs: 4, batchSize: 32 } });
    assert.deepEqual(codes(learned.state), [], 'a teacher that has learned something is not doubted');
    const file = join(runs, 'teacher.safetensors');
    await exportRun(learned.folder, { file, format: 'safetensors', exporterScript: 'dist/exporter.js' });
    const used = (classes: readonly string[]) => ({
      ...{ ...smallTeacher, data, weights: { file }, trainable: 'none' },
      model: { ...smallTeacher.model, classes },
    });

    const wrong = await run(runs, used(turned));
    assert.deepEqual(codes(wrong.state), ['teacher-order']);
    const refused = await run(runs, student(used(turned), {}), [wrong.folder]);
    assert.deepEqual([refused.state.state, refused.state.problem?.code], ['failed', 'teacher-order']);
    assert.match(
      refused.state.problem?.fix ?? '',
      /Write "classes": \{ "0": 0, "1": 1, .*"9": 9 \} in its model\..*"doubtfulTeacher": "accept"/,
    );
    const meant = await run(runs, student(used(turned), { doubtfulTeacher: 'accept' }), [wrong.folder]);
    assert.equal(meant.state.state, 'finished');
    assert.ok(codes(meant.state).includes('teacher-order'));

    const right = await run(runs, used(digits));
    assert.deepEqual(codes(right.state), []);
    assert.equal(right.state.test?.errors, learned.state.test?.errors, 'the head is its own');
  });
});
