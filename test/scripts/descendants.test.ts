import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import test from 'node:test';
import { killMarked, markName } from '../../scripts/editor/descendants.js';

// A test run must leave no trainer behind, and must end nobody else's process.
test(
  'ends what carries the mark, also what has left its group, and nothing else',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const mark = randomUUID();
    const sleep = ['-e', 'console.log(1); setInterval(() => undefined, 1000)'];
    const marked = spawn(process.execPath, sleep, { env: { ...process.env, [markName]: mark }, detached: true });
    const other = spawn(process.execPath, sleep, { env: { ...process.env, [markName]: randomUUID() } });
    t.after(() => other.kill());
    await Promise.all([once(marked.stdout, 'data'), once(other.stdout, 'data')]);
    const ended = once(marked, 'exit');
    const killed = killMarked(mark);
    assert.equal(killed.length, 1);
    await ended;
    assert.equal(other.exitCode, null);
    assert.equal(other.signalCode, null);
    other.kill();
    await once(other, 'exit');
  },
);
