import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { identify, liveness } from '../../../src/node/processes/process.js';
import { runTool } from '../../../src/launch/tensorflow/tool.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const node = process.execPath;
const patient = new AbortController().signal;

describe('runTool', () => {
  it('hears every line as it comes, and tells the two streams apart', async (t) => {
    const lines: string[] = [];
    const script = 'console.log("one"); console.error("two"); console.log("three"); process.exitCode = 3';
    const result = await runTool({
      command: node,
      args: ['-e', script],
      cwd: await temporaryFolder(t),
      signal: patient,
      onLine: (line) => lines.push(line),
    });
    assert.equal(result.code, 3);
    assert.equal(result.stdout, 'one\nthree');
    assert.deepEqual(lines.toSorted(), ['one', 'three', 'two']);
  });

  // npm starts a shell, which starts a script, which starts a compiler: a cancelled installation must leave none of them.
  it('ends what it has started, and what that has started, before it gives up', async (t) => {
    const folder = await temporaryFolder(t);
    const child = join(folder, 'child.mjs');
    // Deaf to the polite request, as a busy compiler may be.
    await writeFile(child, 'process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000);');
    const parent = join(folder, 'parent.mjs');
    await writeFile(
      parent,
      `import { spawn } from 'node:child_process';
       process.on('SIGTERM', () => {});
       console.log(process.pid);
       spawn(process.execPath, [${JSON.stringify(child)}], { stdio: 'inherit' });`,
    );
    const cancel = new AbortController();
    const reason = new Error('enough');
    const pids: number[] = [];
    let identities: Awaited<ReturnType<typeof identify>>[] = [];
    const running = runTool({
      command: node,
      args: [parent],
      cwd: folder,
      signal: cancel.signal,
      onLine: (line) => {
        pids.push(Number(line));
        if (pids.length < 2) return;
        void Promise.all(pids.map(identify)).then((found) => {
          identities = found;
          cancel.abort(reason);
        });
      },
    });
    await assert.rejects(running, (error) => error === reason);
    assert.equal(identities.length, 2);
    assert.deepEqual(await Promise.all(identities.map(liveness)), ['gone', 'gone']);
  });

  it('starts nothing when it was called off already', async (t) => {
    const folder = await temporaryFolder(t);
    const signal = AbortSignal.abort(new Error('called off'));
    const started = runTool({ command: node, args: ['-e', ''], cwd: folder, signal, onLine: () => undefined });
    await assert.rejects(started, /called off/);
  });
});
