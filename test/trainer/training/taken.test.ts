import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { positionText } from '../../../src/run/checkpoint/checkpointHead.js';
import { sha256 } from '../../../src/node/files/hash.js';
import type { RunFolder } from '../../../src/run/folder.js';
import { readRun } from '../../../src/run/run.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { smallTeacher, startTrainer, trained, trainerRun } from '../trainerRuns.js';

const spec = { ...smallTeacher, train: { epochs: 150, batchSize: 32 } };

/** What every file of a folder holds, and when it was written; but for what a process was just writing, which is its own. */
function contentsOf(folder: RunFolder): Record<string, string> {
  const all = readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).sort();
  const names = all.filter((name) => !name.endsWith('.tmp'));
  const files = names.map((name) => ({ name, path: join(folder.path, name) }));
  const whole = files.filter(({ path }) => statSync(path).isFile());
  return Object.fromEntries(
    whole.map(({ name, path }) => [name, `${sha256(readFileSync(path))} ${statSync(path).mtimeMs}`]),
  );
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const skip = process.platform !== 'linux' && 'NOT TESTED: only Linux tells that a process is stopped';

describe('a trainer that was taken for dead', { skip }, () => {
  it('writes nothing any more when it wakes, and says why', async (t) => {
    const folder = await trainerRun(await temporaryFolder(t), spec, { checkpointSeconds: 0.2 });
    const first = startTrainer(folder);
    t.after(() => first.kill('SIGKILL'));
    let output = '';
    first.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const closed = once(first, 'close');
    const log = (): string => readFileSync(folder.log, 'utf8');
    await until(() => readdirSync(folder.path).includes('log.jsonl') && log().includes('"checkpoint"'));
    first.kill('SIGSTOP');
    await until(() => readFileSync(`/proc/${first.pid ?? 0}/stat`, 'utf8').includes(') T '));
    const locks = readdirSync(folder.path).filter((name) => name.endsWith('.lock'));
    assert.equal(locks.length, 1);
    // As whoever takes the run does where he can only go by signs of life.
    for (const name of locks) rmSync(join(folder.path, name));

    const second = await trained(folder);
    assert.equal(second.code, 0, second.output);
    const before = contentsOf(folder);
    first.kill('SIGCONT');
    await closed;
    assert.equal(first.exitCode, 2);
    assert.match(output, /Run .* was taken from this process/);
    assert.deepEqual(contentsOf(folder), before);

    const run = await readRun(folder);
    assert.ok(run.kind === 'run' && run.state.state === 'finished');
    assert.deepEqual(run.logProblems, []);
    const turns = log()
      .trim()
      .split('\n')
      .map((line) => z.object({ turn: z.int() }).parse(JSON.parse(line)).turn);
    assert.deepEqual([...new Set(turns)], [1, 2]);
    assert.match((await positionText(folder.checkpoint)) ?? '', /"turn":2/);
  });
});

describe('a trainer that comes to a finished run', () => {
  it('leaves it as it is: whoever started it had looked before another was done', async (t) => {
    const folder = await trainerRun(await temporaryFolder(t), smallTeacher);
    assert.equal((await trained(folder)).code, 0);
    const before = contentsOf(folder);
    const { code, output } = await trained(folder);
    assert.deepEqual([code, contentsOf(folder)], [0, before]);
    assert.match(output, /finished: there is nothing to train/);
  });
});
