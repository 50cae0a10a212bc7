import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diffRows } from '../../../src/host/tree/treeDiff.js';
import { treeRows, type TreeInput } from '../../../src/host/tree/treeModel.js';
import type { TreeRow } from '../../../src/host/tree/treeRow.js';
import { runFolder } from '../../../src/run/folder.js';
import { metrics } from '../../run/sample.js';
import { family, listedRun } from './listedRuns.js';

const file = '/w/mnist-quick.distill.json';

function rowsOf(change: Partial<TreeInput> = {}): TreeRow[] {
  return treeRows({
    runs: Object.values(family()),
    experiments: [file],
    busy: new Set(),
    failures: new Map(),
    lineage: false,
    filter: '',
    order: 'newest',
    sizes: new Map(),
    placeOf: () => 'here',
    ...change,
  });
}

/** Labels, indented by depth. */
function outline(rows: readonly TreeRow[], depth = 0): string[] {
  return rows.flatMap(({ label, children }) => ['  '.repeat(depth) + label, ...outline(children, depth + 1)]);
}

describe('the tree of experiments', () => {
  it('groups the runs of an experiment by role', () => {
    assert.deepEqual(outline(rowsOf()), [
      'mnist-quick',
      '  Teacher',
      '    teacher',
      '  Baseline',
      '    baseline',
      '  Student',
      '    student · T 20 · α 0.9',
    ]);
  });

  it('puts students under the teachers they learned from, and those whose teacher is gone by themselves', () => {
    const { teacher, baseline, student } = family();
    const orphan = listedRun('4-orphan', { record: { ...student.record, id: '4-orphan', teachers: ['gone'] } });
    const rows = rowsOf({ lineage: true, runs: [teacher, baseline, student, orphan] });
    assert.deepEqual(outline(rows), [
      'mnist-quick',
      '  Teacher',
      '    teacher',
      '      student · T 20 · α 0.9',
      '  Baseline',
      '    baseline',
      '  Student',
      '    student · T 20 · α 0.9',
    ]);
  });

  it('gives every row an id of its own, also a student of two teachers', () => {
    const { teacher, student } = family();
    const other = listedRun('1-teacher-2', { record: { ...teacher.record, id: '1-teacher-2' } });
    const pupil = { ...student, record: { ...student.record, teachers: ['1-teacher', '1-teacher-2'] } };
    const ids = (rows: readonly TreeRow[]): string[] => rows.flatMap(({ id, children }) => [id, ...ids(children)]);
    const all = ids(rowsOf({ lineage: true, runs: [teacher, other, pupil] }));
    assert.equal(new Set(all).size, all.length);
    assert.equal(all.filter((id) => id.endsWith('3-student')).length, 2);
  });

  it('shows damaged runs as rows of their own, and everything else as before', () => {
    const problem = { code: 'run-damaged', message: 'The record is damaged.', fix: 'Delete it.' };
    const damaged = { kind: 'damaged', folder: runFolder('/w/.distillery/runs/0-bad'), problem } as const;
    const rows = rowsOf({ runs: [damaged, ...Object.values(family())] });
    assert.deepEqual(rows.slice(0, -1), rowsOf());
    const last = rows.at(-1);
    assert.equal(last?.label, '0-bad');
    assert.equal(last.description, problem.message);
    assert.match(last.tooltip, /Delete it\./);
    assert.equal(last.context, 'run damaged');
  });

  it('lists runs whose experiment file is not found under the name that was recorded', () => {
    const runs = Object.values(family()).map((run) => ({ ...run, experimentFile: null }));
    const [row] = rowsOf({ experiments: [], runs });
    assert.equal(row?.label, 'MNIST quick');
    assert.match(row.description, /^experiment file not found/);
    assert.match(row.context, /\bgone\b/);
  });

  it('lists runs under their experiment where that lies now, whatever path was recorded', () => {
    const moved = '/elsewhere/mnist-quick.distill.json';
    const runs = Object.values(family()).map((run) => ({ ...run, experimentFile: moved }));
    // The path that was recorded is there again, and is another experiment without runs.
    const rows = rowsOf({ experiments: [file, moved], runs });
    assert.deepEqual(
      rows.map(({ target, children }) => [target.kind === 'experiment' && target.file, children.length]),
      [
        [moved, 3],
        [file, 0],
      ],
    );
  });

  it('says of a run how far it is, or what came of it', () => {
    const { student } = family();
    const rowFor = (change: Partial<typeof student.summary>): TreeRow | undefined =>
      rowsOf({ runs: [{ ...student, summary: { ...student.summary, ...change } }] })[0]?.children[0]?.children[0];
    const running = rowFor({ state: 'running', epoch: 1, fraction: 0.419, secondsLeft: 100 });
    assert.equal(running?.description, 'epoch 1/3 · 41 % · 1:40 left · seed 0');
    assert.match(running.context, /\brunning\b/);
    assert.doesNotMatch(running.context, /\bresumable\b/);
    assert.equal(rowFor({})?.description, '10 errors · 90.00 % · seed 0');
    const stopped = rowFor({ state: 'stopped', epoch: 1, fraction: 0.5 });
    assert.equal(stopped?.description, 'stopped · epoch 1/3 · 50 % · seed 0');
    assert.match(stopped.context, /\bresumable\b/);
    assert.equal(rowFor({})?.icon.name, 'pass');
    const chance = rowFor({ isAtChance: true });
    assert.equal(chance?.description, '10 errors · 90.00 % · no better than chance · seed 0');
    assert.deepEqual(chance.icon, { name: 'warning', color: 'list.warningForeground' });
    const problem = { code: 'out-of-memory', message: 'Out of memory.' };
    assert.equal(rowFor({ state: 'failed', problem })?.description, 'failed: Out of memory. · seed 0');
  });

  it('orders by what is asked for, and by the newest where that is the same', () => {
    const { student } = family();
    const run = (id: string, errors: number, temperature: number): typeof student => ({
      ...listedRun(id, { record: { ...student.record, id }, summary: { test: metrics(errors) } }),
      record: {
        ...student.record,
        id,
        spec: { ...student.record.spec, distill: { ...distillOf(student), temperature } },
      },
    });
    const runs = [run('1', 5, 20), run('2', 9, 4), run('3', 5, 8)];
    const sizes = new Map(runs.map(({ folder }, index) => [folder.path, 10 - index]));
    const order = (by: TreeInput['order']): string[] =>
      rowsOf({ runs, order: by, sizes })[0]?.children[0]?.children.map(({ id }) => id.at(-1) ?? '') ?? [];
    assert.deepEqual(order('newest'), ['3', '2', '1']);
    assert.deepEqual(order('accuracy'), ['3', '1', '2']);
    assert.deepEqual(order('name'), ['2', '3', '1']);
    assert.deepEqual(order('size'), ['1', '2', '3']);
  });

  it('shows what meets every word of the filter, and no empty experiments then', () => {
    const experiments = [file, '/w/other.distill.json'];
    assert.equal(rowsOf({ experiments }).length, 2);
    assert.deepEqual(outline(rowsOf({ experiments, filter: 'T 20 STUDENT' })), [
      'mnist-quick',
      '  Student',
      '    student · T 20 · α 0.9',
    ]);
    assert.deepEqual(rowsOf({ experiments, filter: 'student failed' }), []);
  });
});

describe('what of the tree is drawn again', () => {
  it('is nothing where nothing changed, and one row where one did', () => {
    const { student, teacher, baseline } = family();
    const before = rowsOf();
    assert.deepEqual(diffRows(before, rowsOf()), { moved: false, gone: false, changed: new Set() });
    const worse = { ...student, summary: { ...student.summary, test: metrics(11) } };
    const { moved, changed } = diffRows(before, rowsOf({ runs: [teacher, baseline, worse] }));
    assert.equal(moved, false);
    assert.deepEqual([...changed], [`experiment:${file}/${student.folder.path}`]);
  });

  it('is the group that a run came into or left, and the root when an experiment came', () => {
    const { student, teacher, baseline } = family();
    const { moved, changed } = diffRows(
      rowsOf({ runs: [teacher, baseline] }),
      rowsOf({ runs: [teacher, baseline, student] }),
    );
    assert.equal(moved, false);
    assert.deepEqual([...changed], [`experiment:${file}`]);
    assert.equal(diffRows(rowsOf(), rowsOf({ experiments: [file, '/w/a.distill.json'] })).moved, true);
  });

  it('is all of the tree when a row went, however deep: the editor keeps whatever stood beside it otherwise', () => {
    const { student, teacher, baseline } = family();
    const all = rowsOf();
    assert.equal(diffRows(all, rowsOf({ runs: [teacher, baseline] })).gone, true);
    const other = listedRun('4-student', { record: { ...student.record, id: '4-student' } });
    const two = rowsOf({ runs: [teacher, baseline, student, other] });
    assert.equal(diffRows(two, all).gone, true);
    assert.equal(diffRows(all, two).gone, false);
  });
});

function distillOf({ record }: ReturnType<typeof family>['student']): NonNullable<typeof record.spec.distill> {
  assert.ok(record.spec.distill);
  return record.spec.distill;
}
