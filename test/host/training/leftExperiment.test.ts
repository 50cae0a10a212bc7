import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { leftOf, leftWords } from '../../../src/host/training/leftExperiment.js';
import { planOf } from '../../../src/data/experiment/experimentPlan.js';
import { smallText } from '../../core/spec/experiment/experimentFiles.js';
import { finishedRun, runsIn, storedRun } from '../../cli/storedRun.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { claimed } from '../../run/opened.js';

describe('what is left of an experiment after a reload', () => {
  it('is what is neither finished nor at work', async (t) => {
    const folder = await temporaryFolder(t);
    const runsDir = runsIn(folder);
    const asked = { file: join(folder, 'a.distill.json'), text: smallText({}), only: [], runsDir };
    const { plan, experiment } = planOf(asked);
    const { name } = experiment;
    assert.deepEqual(await leftOf(asked), { name, left: 3, of: 3, running: [] });
    assert.equal(leftWords(await leftOf(asked)), `${name}: 3 of 3 runs are left.`);

    const [teacher, other] = plan;
    assert.ok(teacher !== undefined && other !== undefined);
    // A trainer holds its folder before it has logged anything.
    const { spec, specHash } = teacher;
    const living = await storedRun(runsDir, { record: { spec, specHash }, entries: [] });
    const hold = await claimed(living);
    t.after(() => hold.release());
    assert.deepEqual(await leftOf(asked), { name, left: 2, of: 3, running: ['teacher'] });
    assert.equal(leftWords(await leftOf(asked)), `${name}: 2 of 3 runs are left. Its run teacher is still at work.`);

    await finishedRun(runsDir, { record: { spec: other.spec, specHash: other.specHash }, wrong: [] });
    assert.equal(leftWords(await leftOf(asked)), `${name}: 1 of 3 runs is left. Its run teacher is still at work.`);
  });
});
