import assert from 'node:assert/strict';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { listRuns } from '../../src/run/runsFolder.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { writePictureFolder } from '../trainer/data/pictureFolder.js';
import { distillery, start } from './command.js';
import { said } from './said.js';
import { runsIn } from './storedRun.js';

const epochs = 200;

/** On pictures beside it; its teacher is a file of weights beside it, and is asked anew as pictures change. */
const experiment = JSON.stringify({
  name: 'moving',
  data: { dataset: 'images', folder: 'pictures' },
  teacher: {
    model: { kind: 'mlp', hidden: [16] },
    weights: 'teacher.safetensors',
    trainable: 'none',
  },
  student: { model: { kind: 'mlp', hidden: [8] }, train: { epochs, batchSize: 8, augment: { flip: true } } },
  distill: { doubtfulTeacher: 'accept' },
  baseline: false,
});

interface Stopped {
  /** The folder with experiment, pictures, weights and runs. */
  readonly home: string;
  readonly teacher: string;
  readonly student: string;
}

/** Runs the experiment until its teacher is finished and its student in the middle, where it is stopped. */
async function stoppedInTheMiddle(t: TestContext): Promise<Stopped> {
  const home = join(await temporaryFolder(t), 'here');
  await writePictureFolder(join(home, 'pictures'), { classes: ['a', 'b'], train: 16, test: 8 });
  const data = { dataset: 'images', folder: 'pictures' };
  const network = { model: { kind: 'mlp', hidden: [16] }, train: { epochs: 2, batchSize: 8 } };
  writeFileSync(
    join(home, 'first.distill.json'),
    JSON.stringify({ name: 'first', data, teacher: network, student: network }),
  );
  const trained = await distillery(['run', 'first.distill.json', '--runs', 'first', '--only', 'teacher'], {
    cwd: home,
  });
  assert.equal(trained.code, 0, trained.stderr);
  const exported = ['export', 'latest', '--runs', 'first', '--format', 'safetensors', '--out', 'teacher.safetensors'];
  const { code, stderr } = await distillery(exported, { cwd: home });
  assert.equal(code, 0, stderr);
  rmSync(join(home, 'first'), { recursive: true });

  writeFileSync(join(home, 'a.distill.json'), experiment);
  const { child, answer } = start(['run', 'a.distill.json'], { cwd: home });
  await said(child.stderr, new RegExp(`student .*: epoch 2/${epochs}`));
  child.kill('SIGINT');
  const stopped = await answer;
  assert.match(stopped.stderr, /Stopped at step [\d,]+ of 800\./);
  const ids = await listRuns(runsIn(home));
  assert.deepEqual(ids.map(roleOf).sort(), ['student', 'teacher']);
  const of = (role: string): string => ids.find((id) => roleOf(id) === role) ?? '';
  return { home, teacher: of('teacher'), student: of('student') };
}

const roleOf = (id: string): string | undefined => id.split('-')[2];

const logOf = (home: string, id: string): string => readFileSync(join(runsIn(home), id, 'log.jsonl'), 'utf8');

/** How often a trainer has taken up a run. */
const startsOf = (home: string, id: string): number => logOf(home, id).match(/"type":"started"/g)?.length ?? 0;

describe('a folder that was moved in the middle of an experiment', () => {
  it('is shown where it is, and resumes and reuses its runs without training one twice', async (t) => {
    const { home, teacher, student } = await stoppedInTheMiddle(t);
    const there = join(home, '..', 'deeper', 'there');
    cpSync(home, there, { recursive: true });
    rmSync(home, { recursive: true });

    for (const more of [[], ['--json']]) {
      const shown = await distillery(['show', student, ...more], { cwd: there });
      assert.equal(shown.code, 0, shown.stderr);
      assert.ok(shown.stdout.includes(join(there, 'pictures')), shown.stdout);
      assert.ok(!shown.stdout.includes(home), shown.stdout);
    }
    const page = (await distillery(['show', student], { cwd: there })).stdout;
    assert.ok(page.includes(`moving (${join(there, 'a.distill.json')})`), page);

    const before = logOf(there, teacher);
    const resumed = await distillery(['resume', student], { cwd: there });
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, new RegExp(`^${student}: goes on from step [1-9]`));
    const again = await distillery(['run', 'a.distill.json'], { cwd: there });
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout.match(/ reused$/gm)?.length, 2, again.stdout);
    assert.deepEqual((await listRuns(runsIn(there))).sort(), [teacher, student].sort());
    assert.equal(startsOf(there, student), 2);
    assert.equal(logOf(there, teacher), before);
  });

  it('goes on by the same experiment, and leaves another copy at the old place alone', async (t) => {
    const { home, teacher, student } = await stoppedInTheMiddle(t);
    const there = `${home}-copied`;
    cpSync(home, there, { recursive: true });
    // The old place is another experiment by now: nothing of it may be read for the copy.
    rmSync(join(home, 'pictures'), { recursive: true });
    await writePictureFolder(join(home, 'pictures'), { classes: ['c', 'd', 'e'], train: 1, test: 1 });
    writeFileSync(join(home, 'teacher.safetensors'), 'other weights');
    const old = [teacher, student].map((id) => logOf(home, id));

    const ran = await distillery(['run', 'a.distill.json'], { cwd: there });
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stderr, /^teacher .*: finished before/m);
    assert.match(ran.stderr, /^student .*: goes on from step [1-9]/m);
    assert.deepEqual((await listRuns(runsIn(there))).sort(), [teacher, student].sort());
    assert.equal(startsOf(there, student), 2);
    assert.deepEqual(
      [teacher, student].map((id) => logOf(home, id)),
      old,
    );
    const shown = await distillery(['show', student], { cwd: there });
    assert.ok(!shown.stdout.includes(`${home}/`), shown.stdout);
  });
});

describe('pictures that were taken away in the middle of an experiment', () => {
  it('fail the run that is resumed without them, which goes on in its own folder once they are back', async (t) => {
    const { home, teacher, student } = await stoppedInTheMiddle(t);
    renameSync(join(home, 'pictures'), join(home, 'away'));
    const failed = await distillery(['resume', student], { cwd: home });
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /pictures/);
    const listed = await distillery(['show', student], { cwd: home });
    assert.match(listed.stdout, new RegExp(`^${student}: failed, `));

    renameSync(join(home, 'away'), join(home, 'pictures'));
    const ran = await distillery(['run', 'a.distill.json'], { cwd: home });
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stderr, /^student .*: goes on from step [1-9]/m);
    assert.deepEqual((await listRuns(runsIn(home))).sort(), [teacher, student].sort());
  });
});
