import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { specHash } from '../../src/core/spec/plan.js';
import { sha256 } from '../../src/node/files/hash.js';
import { readRuns, type Run } from '../../src/run/run.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery } from './command.js';
import { runsIn } from './storedRun.js';

const fixtures = resolve('test', 'fixtures', 'runs');

/** Of each build: whether the hashes of its specs are those that this one gives the same settings. */
const builds = [
  // The day after, specs had learned to say which weights they begin from and what is trained.
  { day: '2026-11-24', sameHashes: false },
  { day: '2026-11-25', sameHashes: true },
  { day: '2026-11-28', sameHashes: true },
] as const;

interface Family {
  readonly cwd: string;
  readonly teacher: Run;
  readonly student: Run;
  readonly unfinished: Run;
}

/** Copies the runs of a build to where they can be changed, and reads them. */
async function familyOf(t: TestContext, day: string): Promise<Family> {
  const cwd = await temporaryFolder(t);
  cpSync(join(fixtures, day), runsIn(cwd), { recursive: true });
  const runs = (await readRuns(runsIn(cwd))).map((run) =>
    run.kind === 'run' ? run : assert.fail(`${run.folder.id}: ${run.problem.message}`),
  );
  const [teacher, student, unfinished] = runs;
  if (teacher === undefined || student === undefined || unfinished === undefined) assert.fail('there are three runs');
  return { cwd, teacher, student, unfinished };
}

async function succeeded(words: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await distillery(words, { cwd });
  assert.equal(code, 0, stderr);
  return stdout;
}

for (const { day, sameHashes } of builds) {
  describe(`runs of the build of ${day}`, () => {
    it('are listed, shown and compared with all that is in them', async (t) => {
      const { cwd, teacher, student, unfinished } = await familyOf(t, day);
      const runs = [teacher, student, unfinished];
      assert.deepEqual(
        runs.map(({ state }) => [state.state, state.epoch, state.epochs, state.test?.n]),
        [
          ['finished', 2, 2, 40],
          ['finished', 2, 2, 40],
          ['stopped', 3, 4, 40],
        ],
      );
      assert.deepEqual(
        runs.flatMap(({ logProblems }) => logProblems),
        [],
      );
      const listed = await succeeded(['list'], cwd);
      for (const { folder } of runs) {
        assert.match(listed, new RegExp(folder.id));
        assert.match(await succeeded(['show', folder.id], cwd), new RegExp(folder.id));
      }
      assert.match(await succeeded(['compare', teacher.folder.id, student.folder.id], cwd), /17 of 40[^]*33 of 40/);
    });

    it('go on from where they were stopped, with their teacher', async (t) => {
      const { cwd, unfinished } = await familyOf(t, day);
      await succeeded(['resume', unfinished.folder.id, '--engine', 'onnx/cpu'], cwd);
      const { state, record } = await readAgain(cwd, unfinished);
      assert.deepEqual([state.state, state.started?.resumedFrom, state.step], ['finished', 60, 80]);
      assert.equal(record.specHash, unfinished.record.specHash);
      assert.deepEqual(
        state.history.map(({ epoch }) => epoch),
        [1, 2, 3, 4],
      );
    });

    it(`${sameHashes ? 'have' : 'had other'} hashes for the same settings`, async (t) => {
      const { teacher, student, unfinished } = await familyOf(t, day);
      for (const { record } of [teacher, student, unfinished]) {
        assert.equal(specHash(record.spec, { sha256 }) === record.specHash, sameHashes);
      }
    });

    if (!sameHashes) return;
    it('are taken for what an experiment of today asks for, and trained no second time', async (t) => {
      const { cwd } = await familyOf(t, day);
      cpSync(join(fixtures, 'old.distill.json'), join(cwd, 'old.distill.json'));
      await succeeded(['run', 'old.distill.json', '--only', 'student'], cwd);
      assert.equal((await readRuns(runsIn(cwd))).length, 3);
    });
  });
}

async function readAgain(cwd: string, { folder }: Run): Promise<Run> {
  const run = (await readRuns(runsIn(cwd))).find((each) => each.folder.id === folder.id);
  return run?.kind === 'run' ? run : assert.fail(`${folder.id} is gone`);
}
