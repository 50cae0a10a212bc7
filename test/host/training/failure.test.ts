import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { experimentWords } from '../../../src/host/experimentWords.js';
import { buttonOf, failureOfExperiment, fixWord, reasonOf, type Failure } from '../../../src/host/training/failure.js';
import { treeRows } from '../../../src/host/tree/treeModel.js';
import type { TreeRow } from '../../../src/host/tree/treeRow.js';
import type { RunOutcome } from '../../../src/launch/queueEvent.js';
import { fetchFix } from '../../../src/core/datasets/archive.js';
import { cifar10 } from '../../../src/core/datasets/cifar10.js';
import { planOf } from '../../../src/data/experiment/experimentPlan.js';
import { runFolder } from '../../../src/run/folder.js';
import { initialState } from '../../../src/run/state.js';
import { smallText } from '../../core/spec/experiment/experimentFiles.js';
import { metrics, sampleRecord } from '../../run/sample.js';
import { family } from '../tree/listedRuns.js';

const file = '/w/a.distill.json';
const text = smallText({ data: { dataset: 'cifar10' } });
const noCifar = {
  code: 'dataset-missing',
  message: 'A file of the data set cifar10 is not there.',
  fix: fetchFix({ name: 'cifar10', archive: cifar10.archive ?? assert.fail() }),
};
const asked = { file, text, only: [], runsDir: '/w/.distillery/runs' };

/** What came of the runs of the experiment: each by a word. */
function outcomes(words: readonly ('failed' | 'finished' | 'skipped')[]): RunOutcome[] {
  const { plan } = planOf(asked);
  return plan.map((run, index): RunOutcome => {
    const word = words[index];
    const record = sampleRecord({ spec: run.spec, specHash: run.specHash });
    const placed = { run, folder: runFolder(`/w/.distillery/runs/${index}`), record };
    const state = initialState(record);
    if (word === 'failed') return { kind: 'ended', ...placed, state: { ...state, state: 'failed', problem: noCifar } };
    if (word === 'finished')
      return { kind: 'ended', ...placed, state: { ...state, state: 'finished', test: metrics(9) } };
    return { kind: 'skipped', run, reason: { code: 'teacher-unfinished', message: 'Not begun.' } };
  });
}

describe('what is told of an experiment that failed', () => {
  it('is the first reason in words, what to do, and how many more', async () => {
    const words = await experimentWords('CIFAR', outcomes(['failed', 'failed', 'skipped']));
    assert.equal(
      words.text,
      'CIFAR: teacher · seed 0 failed: A file of the data set cifar10 is not there. Fetch it, or name the folder of its files as `data.folder`. 1 more run failed, 1 run was not begun.',
    );
    assert.equal(words.failed?.problem, noCifar);
  });

  it('comes after what was reached', async () => {
    const { text: said } = await experimentWords('CIFAR', outcomes(['finished', 'failed', 'skipped']));
    assert.match(said, /^CIFAR: teacher 9 errors\. baseline · seed 0 failed: A file/);
  });

  it('has the button that does it, also where no run was made', () => {
    const failure = failureOfExperiment(asked, noCifar);
    assert.equal(buttonOf(failure), 'Fetch CIFAR-10…');
    assert.equal(fixWord(failure), 'fix-fetch');
    // There is no output to show of what never began.
    const other = failureOfExperiment(asked, { code: 'strange', message: 'Strange.' });
    assert.deepEqual([buttonOf(other), fixWord(other)], [null, null]);
    assert.equal(buttonOf({ ...other, run: '/w/.distillery/runs/0' }), 'Show Trainer Output');
  });

  it('is the first line of what a trainer wrote: the rest is behind the button', () => {
    const problem = { code: 'trainer-crashed', message: 'It ended. Its last output:\na\nb', fix: 'Resume the run.' };
    assert.equal(reasonOf(failureOfExperiment(asked, problem)), 'It ended. Its last output: Resume the run.');
  });
});

describe('the rows of what failed', () => {
  const rowsOf = (failures: ReadonlyMap<string, Failure>, runs = Object.values(family())): TreeRow[] =>
    treeRows({
      ...{ runs, experiments: [file], busy: new Set<string>(), failures, lineage: false },
      ...{ filter: '', order: 'newest' as const, sizes: new Map(), placeOf: () => 'here' },
    });

  it('say of an experiment that never made a run why, in colour, and offer what helps', () => {
    const row = rowsOf(new Map([[file, failureOfExperiment(asked, noCifar)]]), [])[0];
    assert.equal(row?.description, 'failed: A file of the data set cifar10 is not there. · no runs yet');
    assert.deepEqual(row.icon, { name: 'error', color: 'list.errorForeground' });
    assert.match(row.tooltip, /Fetch it, or name the folder/);
    assert.match(row.context, /\bfix-fetch\b/);
  });

  it('say of a run why it failed, and of an experiment why its latest run did', () => {
    const { teacher } = family();
    const failed = { ...teacher, summary: { ...teacher.summary, state: 'failed' as const, problem: noCifar } };
    const [row] = rowsOf(new Map(), [failed]).filter(({ children }) => children.length > 0);
    assert.match(row?.description ?? '', /failed: A file of the data set/);
    const run = row?.children[0]?.children[0];
    assert.equal(run?.description, 'failed: A file of the data set cifar10 is not there. · seed 0');
    assert.doesNotMatch(run.tooltip, /distillery |md5/);
  });

  it('say why a trainer is gone, where the window has seen it end', () => {
    const { teacher } = family();
    const gone = { ...teacher, summary: { ...teacher.summary, state: 'interrupted' as const } };
    const problem = { code: 'disk-full', message: 'There is no space left.' };
    const failure = { ...failureOfExperiment(asked, problem), run: teacher.folder.path };
    const rows = rowsOf(new Map([[file, failure]]), [gone]).filter(({ children }) => children.length > 0);
    const run = rows[0]?.children[0]?.children[0];
    assert.match(run?.description ?? '', /^interrupted · .* · There is no space left\. · seed 0$/);
    assert.match(run?.context ?? '', /\bfix-space\b/);
  });
});
