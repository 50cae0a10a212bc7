import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { summaryText } from '../../src/cli/summary.js';
import type { PlannedRun } from '../../src/core/spec/plan.js';
import { distillSchema, type RunSpec } from '../../src/core/spec/spec.js';
import { runsAtChance } from '../../src/launch/chanceRuns.js';
import { compareStudents } from '../../src/launch/compareStudents.js';
import type { RunOutcome } from '../../src/launch/queueEvent.js';
import { readRun } from '../../src/run/run.js';
import { runFolder } from '../../src/run/folder.js';
import { sampleSpec } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { finishedRun, range } from './storedRun.js';

function planned(spec: RunSpec, baseline: string | null): PlannedRun {
  const taught = spec.distill === null ? '' : ` t${spec.distill.temperature}`;
  return { key: `${spec.name}${taught} s${spec.seed}`, spec, specHash: '', teachers: [], baseline };
}

async function outcome(runs: string, run: PlannedRun, wrong: readonly number[]): Promise<RunOutcome> {
  const folder = await finishedRun(runs, { record: { spec: run.spec }, wrong });
  const read = await readRun(runFolder(folder.path));
  assert.ok(read.kind === 'run');
  return { kind: 'ended', run, folder, record: read.record, state: read.state };
}

const alone = (seed: number): RunSpec => sampleSpec({ role: 'baseline', name: 'baseline', distill: null, seed });
const taught = (seed: number, temperature: number): RunSpec =>
  sampleSpec({ seed, distill: distillSchema.parse({ loss: 'hinton', temperature }) });

describe('the summary of a plan', () => {
  it('tests every student against the baseline of its own seed, and gives means over the seeds', async (t) => {
    const runs = await temporaryFolder(t);
    const outcomes = [
      await outcome(runs, planned(alone(0), null), range(0, 20)),
      await outcome(runs, planned(taught(0, 4), 'baseline s0'), range(0, 10)),
      await outcome(runs, planned(taught(0, 20), 'baseline s0'), range(0, 12)),
      await outcome(runs, planned(alone(7), null), range(0, 25)),
      await outcome(runs, planned(taught(7, 4), 'baseline s7'), range(0, 15)),
    ];
    const { comparisons, verdict, problems } = await compareStudents(outcomes);
    assert.deepEqual(problems, []);
    const text = summaryText(outcomes, { comparisons, verdict, atChance: await runsAtChance(outcomes) });
    assert.match(
      text,
      new RegExp(
        [
          'run +T +α +of +test errors +from +to +accuracy',
          'baseline +– +– +2 seeds +22\\.5 +20 +25 +77\\.50 %',
          'student +4 +0\\.9 +2 seeds +12\\.5 +10 +15 +87\\.50 %\n',
        ].join('\n'),
      ),
    );
    assert.deepEqual(text.match(/^student .* against baseline.*?(?=, 95 %|$)/gm), [
      'student T 4 α 0.9 against baseline, seed 0: better by 10.00 points (p = 0.002): 20 → 10 errors',
      'student T 20 α 0.9 against baseline, seed 0: better by 8.00 points (p = 0.008): 20 → 12 errors',
      'student T 4 α 0.9 against baseline, seed 7: better by 10.00 points (p = 0.002): 25 → 15 errors',
      'student T 4 α 0.9 against baseline: better with each of 2 seeds',
    ]);
    assert.match(
      text,
      /^Verdict: student T 4 α 0\.9 better than its baseline by 10\.00 points \(p = 0\.0\d+\) over 2 seeds: 95 % interval of the difference in accuracy \+\d.*Chosen on the test set among 2, 1 of which has not all seeds, and corrected for them\.$/m,
    );
  });

  it('picks no seed where they disagree', async (t) => {
    const runs = await temporaryFolder(t);
    const outcomes = [
      await outcome(runs, planned(alone(0), null), range(0, 20)),
      await outcome(runs, planned(taught(0, 4), 'baseline s0'), range(0, 10)),
      await outcome(runs, planned(alone(7), null), range(0, 25)),
      await outcome(runs, planned(taught(7, 4), 'baseline s7'), range(0, 24)),
    ];
    const { comparisons, verdict } = await compareStudents(outcomes);
    const text = summaryText(outcomes, { comparisons, verdict, atChance: await runsAtChance(outcomes) });
    assert.match(text, /^student against baseline, seed 7: cannot be told apart \(p = 1\.000\): 25 → 24 errors/m);
    assert.match(text, /^student against baseline: seeds disagree: 1 better, 1 cannot be told$/m);
    assert.match(
      text,
      /^Verdict: student and its baseline cannot be told apart \(p = 0\.\d+\) over 2 seeds: .* more seeds? would/m,
    );
  });

  it('says of a run that learned nothing what knowing nothing would give', async (t) => {
    const runs = await temporaryFolder(t);
    const outcomes = [
      await outcome(runs, planned(alone(0), null), range(0, 48)),
      await outcome(runs, planned(taught(0, 4), 'baseline s0'), range(0, 20)),
    ];
    const text = summaryText(outcomes, { comparisons: [], verdict: null, atChance: await runsAtChance(outcomes) });
    const words = 'no better than chance: always answering the largest class gives 50.00 %';
    assert.deepEqual(text.match(/^.*no better than chance.*$/gm), [`baseline, seed 0: ${words}`]);
  });

  it('shows skipped runs, and compares nothing with what is not finished', async (t) => {
    const runs = await temporaryFolder(t);
    const reason = { code: 'cancelled', message: 'Not begun.' };
    const outcomes: RunOutcome[] = [
      { kind: 'skipped', run: planned(alone(0), null), reason },
      await outcome(runs, planned(taught(0, 4), 'baseline s0'), []),
    ];
    const { comparisons, verdict } = await compareStudents(outcomes);
    assert.deepEqual(comparisons, []);
    assert.match(
      summaryText(outcomes, { comparisons, verdict, atChance: await runsAtChance(outcomes) }),
      /^baseline +0 +– +– +– +– +– {2}skipped$/m,
    );
  });
});
