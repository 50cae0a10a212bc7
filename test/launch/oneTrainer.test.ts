import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import * as z from 'zod';
import { holder } from '../../src/run/claim.js';
import type { RunFolder } from '../../src/run/folder.js';
import { readRun } from '../../src/run/run.js';
import { sampleDraft, sampleSpec } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { fakeTrainer } from './buildTrainer.js';
import { madeRun } from '../run/opened.js';

const fake = fakeTrainer();

/** What stands before the command of a trainer that shall live elsewhere. */
const elsewhere = {
  'another process number space': ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
  'another host name': ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere && exec "$@"', 'sh'],
} as const;

interface Trainer {
  readonly process: ChildProcess;
  /** Exit code and what it printed. */
  readonly ended: Promise<{ code: number | null; output: string }>;
}

function start(folder: RunFolder, prefix: readonly string[] = []): Trainer {
  const [program, ...args] = [...prefix, process.execPath, fake.script, folder.path];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { process: child, ended: once(child, 'close').then(() => ({ code: child.exitCode, output })) };
}

/** A run whose first trainer goes on until it is stopped or killed, and whose next one trains to the end. */
async function heldRun(t: TestContext, prefix: readonly string[] = []): Promise<{ folder: RunFolder; first: Trainer }> {
  const spec = sampleSpec({ name: 'held once' });
  const { folder } = await madeRun(await temporaryFolder(t), sampleDraft({ spec }));
  const first = start(folder, prefix);
  t.after(async () => {
    first.process.kill('SIGKILL');
    await first.ended;
  });
  await until(async () => (await holder(folder)) !== null && readFileSync(folder.log, 'utf8').includes('"steps"'));
  return { folder, first };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
}

const lockOf = (folder: RunFolder): string =>
  join(folder.path, readdirSync(folder.path).find((name) => name.endsWith('.lock')) ?? '');

/** As if nothing had been written for an hour: nobody can tell from signs of life that the trainer lives. */
function silence(folder: RunFolder): void {
  const long = Date.now() / 1000 - 3600;
  for (const path of [lockOf(folder), folder.log]) utimesSync(path, long, long);
}

const stopped = (pid: number): boolean => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

async function stop({ process: { pid = 0 } }: Trainer): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await until(() => Promise.resolve(stopped(pid)));
}

async function assertRefused(trainer: Trainer): Promise<void> {
  const { code, output } = await trainer.ended;
  assert.match(output, /is already being trained, by process \d+ on /);
  assert.notEqual(code, 0);
}

const linux = process.platform === 'linux';

describe('a run folder', { skip: !linux && 'NOT TESTED: only Linux can stop and hide processes as this takes' }, () => {
  it('stays with a trainer that is stopped and silent, also for who knows its machine by another name', async (t) => {
    const { folder, first } = await heldRun(t);
    await stop(first);
    const lock = z
      .looseObject({ held: z.string(), owner: z.looseObject({ host: z.string(), boot: z.string() }) })
      .parse(JSON.parse(readFileSync(lockOf(folder), 'utf8')));
    assert.equal(lock.held, 'flock');
    // In place, for what the system locks is this very file.
    const edit = (owner: object): void =>
      writeFileSync(lockOf(folder), JSON.stringify({ ...lock, owner: { ...lock.owner, ...owner } }));
    edit({ host: 'renamed' });
    silence(folder);
    await assertRefused(start(folder));
    edit({ host: 'renamed', boot: 'of another machine on the same disk' });
    silence(folder);
    await assertRefused(start(folder));
  });

  for (const [where, prefix] of Object.entries(elsewhere)) {
    const { status } = spawnSync(prefix[0], [...prefix.slice(1), 'true']);
    const skip = status !== 0 && `NOT TESTED: a process in ${where}, for unshare is refused here`;
    it(`has one trainer, also for one in ${where}, and another as soon as that is killed`, { skip }, async (t) => {
      const { folder, first } = await heldRun(t);
      await stop(first);
      silence(folder);
      await assertRefused(start(folder, prefix));
      const gone = once(first.process, 'exit');
      first.process.kill('SIGKILL');
      await gone;
      const second = await start(folder, prefix).ended;
      assert.deepEqual([second.code, second.output], [0, '']);
      const run = await readRun(folder);
      assert.ok(run.kind === 'run' && run.state.state === 'finished');
    });

    it(`is seen to be trained from outside while its trainer in ${where} is stopped`, { skip }, async (t) => {
      const { folder, first } = await heldRun(t, prefix);
      const { started } = await running(folder);
      // Of the trainer itself: `unshare` may be its parent.
      const children = readFileSync(`/proc/${first.process.pid ?? 0}/task/${first.process.pid ?? 0}/children`, 'utf8');
      const trainer = children.trim() === '' ? (first.process.pid ?? 0) : Number(children.trim().split(' ')[0]);
      process.kill(trainer, 'SIGSTOP');
      await until(() => Promise.resolve(stopped(trainer)));
      silence(folder);
      assert.deepEqual(await holder(folder), pick(started));
      await assertRefused(start(folder));
      process.kill(trainer, 'SIGKILL');
      await first.ended;
      assert.equal(await holder(folder), null);
      assert.equal((await start(folder).ended).code, 0);
    });
  }
});

async function running(folder: RunFolder) {
  const run = await readRun(folder);
  assert.ok(run.kind === 'run' && run.state.state === 'running' && run.state.started !== null);
  return { started: run.state.started };
}

function pick({ pid, pidStart, host, boot, pidNamespace }: Awaited<ReturnType<typeof running>>['started']) {
  return { pid, pidStart, host, boot, pidNamespace };
}
