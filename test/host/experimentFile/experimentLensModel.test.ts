import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExperiment } from '../../../src/core/spec/experiment/experimentFile.js';
import { planRuns, selectRuns, type PlannedRun } from '../../../src/core/spec/plan.js';
import { lensesOf, type Lens, type LensSources } from '../../../src/host/experimentFile/experimentLensModel.js';
import type { RunSummary, WholeRun } from '../../../src/host/workspace/listedRun.js';
import { runFolder } from '../../../src/run/folder.js';
import { sha256 } from '../../../src/node/files/hash.js';
import { metrics, sampleRecord } from '../../run/sample.js';

const file = '/home/me/a.distill.json';

function planOf(more: Record<string, unknown> = {}): PlannedRun[] {
  const network = { model: { kind: 'mlp' } };
  const text = JSON.stringify({ name: 'a', data: { dataset: 'mnist' }, teacher: network, student: network, ...more });
  const { experiment } = parseExperiment(text);
  assert.ok(experiment !== null);
  return planRuns(experiment, { sha256 });
}

const plan = planOf();

/** A run of the plan, as the list of runs has it. */
function run(role: string, summary: Partial<RunSummary>, { from = plan } = {}): WholeRun {
  const planned = from.find(({ spec }) => spec.role === role);
  assert.ok(planned !== undefined);
  const { spec, specHash } = planned;
  const id = `${role}-${specHash.slice(0, 6)}`;
  const record = sampleRecord({ id, spec, specHash, experiment: { name: 'a', file }, baseline: baselineId(from) });
  return {
    kind: 'run',
    folder: runFolder(`/home/me/.distillery/runs/${id}`),
    record,
    experimentFile: file,
    summary: {
      ...{ state: 'finished', epoch: 1, epochs: 1, fraction: 1, test: null, seconds: 1, secondsLeft: null },
      ...{ problem: null, engine: 'onnx/cpu', lastTime: 1000, isAtChance: false },
      ...summary,
    },
  };
}

function baselineId(from: readonly PlannedRun[]): string | null {
  const hash = from.find(({ spec }) => spec.role === 'baseline')?.specHash;
  return hash === undefined ? null : `baseline-${hash.slice(0, 6)}`;
}

function lenses(sources: Partial<LensSources>): Lens[] {
  return lensesOf({ file, problems: 0, plan, runs: [], busy: false, trusted: true, ...sources });
}

function titles(sources: Partial<LensSources>): string[] {
  return lenses(sources).map(({ title }) => title);
}

describe('the lenses above an experiment', () => {
  it('run it, or only its student', () => {
    const [whole, student, ...more] = lenses({});
    assert.deepEqual([whole?.command, whole?.arguments], ['distillery.runExperiment', [file]]);
    assert.equal(whole?.tooltip, 'Train 3 runs: 1 teacher, 1 baseline, 1 student.');
    assert.deepEqual(student?.arguments, [file, { only: ['student'] }]);
    assert.deepEqual(more, []);
  });

  it('name the size of a sweep, and offer a small part of it', () => {
    const sweep = planOf({ sweep: { 'distill.temperature': [2, 4, 8] }, seeds: [0, 1] });
    const [all, first, choose] = lenses({ plan: sweep });
    assert.equal(all?.title, '$(play) Sweep 9 runs');
    assert.deepEqual(all.arguments, [file]);
    const [, options] = first?.arguments ?? [];
    assert.ok(typeof options === 'object' && options !== null && 'only' in options && Array.isArray(options.only));
    const only = options.only.map(String);
    assert.deepEqual(
      selectRuns(sweep, { only }).map(({ spec }) => spec.role),
      ['teacher', 'baseline', 'student'],
    );
    assert.equal(choose?.command, 'distillery.runOnly');
  });

  it('say what is there already', () => {
    const [whole] = lenses({ runs: [run('teacher', {}), run('baseline', {})] });
    assert.equal(whole?.tooltip, 'Train 3 runs: 1 teacher, 1 baseline, 1 student. 2 of them are there already.');
  });

  it('tell of faults instead, and keep the last result', () => {
    const runs = [run('student', { test: metrics(124) }), run('baseline', { test: metrics(143) })];
    assert.deepEqual(titles({ problems: 2, plan: [], runs }), [
      '$(error) 2 problems',
      'student 124 test errors, baseline 143',
    ]);
  });

  it('tell how far the whole experiment is, and stop it', () => {
    const runs = [run('teacher', {}), run('baseline', { state: 'running', fraction: 0.25 })];
    const [running, stop] = lenses({ runs, busy: true });
    // (1 + 0.25 + 0) of 3 runs.
    assert.equal(running?.title, '$(sync~spin) Running 41 %');
    assert.deepEqual(running.arguments, [runs[1]?.folder.path]);
    assert.deepEqual([stop?.command, stop?.arguments], ['distillery.stopExperiment', [file]]);
  });

  it('see a run that the command line began', () => {
    assert.match(titles({ runs: [run('teacher', { state: 'running', fraction: null })] })[0] ?? '', /Running 0 %/);
  });

  it('say that an experiment waits for another', () => {
    assert.deepEqual(titles({ busy: true }), ['$(clock) Waiting', '$(debug-stop) Stop']);
  });

  it('start and stop nothing in a workspace that is not trusted', () => {
    assert.deepEqual(titles({ trusted: false }), ['$(shield) Trust this workspace to run']);
    const running = titles({ trusted: false, runs: [run('teacher', { state: 'running', fraction: 0.5 })] });
    assert.deepEqual(running, ['$(sync~spin) Running 16 %']);
  });

  it('show what came of the student, whatever ended later, and of older settings only where there is nothing else', () => {
    const old = planOf({ distill: { temperature: 2 } });
    const runs = [
      run('student', { test: metrics(150), lastTime: 5000 }, { from: old }),
      run('student', { test: metrics(124), lastTime: 3000 }),
      run('teacher', { test: metrics(99), lastTime: 4000 }),
    ];
    const last = lenses({ runs }).at(-1);
    assert.equal(last?.title, 'student 124 test errors');
    assert.deepEqual([last.command, last.arguments], ['distillery.openRun', [runs[1]?.folder.path]]);
    assert.equal(titles({ runs: runs.slice(0, 1) }).at(-1), 'student 150 test errors (older settings)');
    assert.equal(titles({ runs: runs.slice(2) }).at(-1), 'teacher 99 test errors');
  });

  /** Students of a plan in its order, each with its errors and those on the validation set, and their baselines. */
  function finished(from: readonly PlannedRun[], errors: readonly (readonly [number, number | null])[]): WholeRun[] {
    const students = from.filter(({ spec }) => spec.role === 'student');
    return students.slice(0, errors.length).flatMap(({ spec, specHash, baseline }, index) => {
      const [test = 0, validation = null] = errors[index] ?? [];
      const id = (name: string): string => `${name}-${spec.seed}`;
      const tested = (count: number): Partial<RunSummary> => ({ test: metrics(count) });
      const student = run('student', {
        ...tested(test),
        ...(validation !== null && { validation: metrics(validation) }),
      });
      const record = { ...student.record, spec, specHash, id: `student-${index}`, baseline: id('baseline') };
      const own = { ...student, folder: runFolder(`/home/me/.distillery/runs/student-${index}`), record };
      if (baseline === null) return [own];
      const other = run('baseline', tested(143 + spec.seed - 1));
      return [own, { ...other, record: { ...other.record, id: id('baseline') } }];
    });
  }

  it('say the mean over seeds, beside that of the baselines', () => {
    const seeds = planOf({ seeds: [0, 1, 2] });
    const runs = finished(seeds, [
      [124, null],
      [123, null],
      [126, null],
    ]);
    const last = lenses({ plan: seeds, runs }).at(-1);
    assert.equal(last?.title, 'student 124.3 test errors (mean of 3 seeds), baseline 143.0');
    const students = runs.filter(({ record }) => record.spec.role === 'student');
    assert.deepEqual(
      [last.command, last.arguments],
      ['distillery.compareRuns', [students.map(({ folder }) => folder.path)]],
    );
    const part = finished(seeds, [
      [124, null],
      [123, null],
    ]);
    assert.equal(
      titles({ plan: seeds, runs: part }).at(-1),
      'student 123.5 test errors (mean of 2 of 3 seeds), baseline 142.5',
    );
  });

  it('choose among the students of a sweep by the validation set, and never by the test set', () => {
    const sweep = planOf({ sweep: { 'distill.temperature': [2, 4] } });
    const validated = finished(sweep, [
      [120, 30],
      [124, 20],
    ]);
    assert.equal(
      titles({ plan: sweep, runs: validated }).at(-1),
      'Best by validation: student · T 4 · α 0.9 124 test errors, baseline 142',
    );
    const without = finished(sweep, [
      [120, null],
      [124, null],
    ]);
    assert.equal(titles({ plan: sweep, runs: without }).at(-1), '2 students 120 to 124 test errors, baseline 142');
  });

  it('say of a run that failed that it did', () => {
    const problem = { code: 'out-of-memory', message: 'There was no memory left.' };
    const last = lenses({ runs: [run('student', { state: 'failed', problem })] }).at(-1);
    assert.equal(last?.title, 'student failed');
    assert.match(last.tooltip, /There was no memory left\./);
  });

  it('are silent about the runs of other experiments', () => {
    const stranger = run('student', { state: 'running', fraction: 0.5 });
    assert.equal(titles({ runs: [{ ...stranger, experimentFile: '/home/me/b.distill.json' }] }).length, 2);
  });
});
