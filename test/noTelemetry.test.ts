import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { modelSchema, trainSchema } from '../src/core/spec/spec.js';
import type { ProbeQuestion } from '../src/machine/probe.js';
import { tiny } from './cli/tiny.js';
import { temporaryFolder } from './run/temporaryFolder.js';
import { smallTeacher, trained, trainerRun } from './trainer/trainerRuns.js';

const { optimizer, maxNorm } = trainSchema.parse({});
const question: ProbeQuestion = {
  engine: 'onnx/cpu',
  step: {
    ...{ model: modelSchema.parse({ kind: 'mlp', hidden: [4] }), optimizer, maxNorm, batchSize: 4 },
    picture: { height: 4, width: 4, channels: 1, classes: 3 },
  },
  cards: [],
  budget: 1,
};

/** What ships (`dist` is built before the tests), with its words. */
const processes: Readonly<Record<string, (folder: string) => Promise<readonly string[]>>> = {
  'a trainer': async (folder) => ['trainer.js', (await trainerRun(join(folder, 'runs'), smallTeacher)).path],
  'a probe': () => Promise.resolve(['probe.js', JSON.stringify(question)]),
  'an exporter': async (folder) => {
    const run = await trainerRun(join(folder, 'runs'), smallTeacher);
    const { code, output } = await trained(run);
    assert.equal(code, 0, output);
    return ['exporter.js', run.path, join(folder, 'm.onnx'), 'onnx', '2'];
  },
  'the command line, with all that it starts,': async (folder) => {
    await writeFile(join(folder, 'a.distill.json'), tiny({ teacherEpochs: 1 }));
    return ['cli.js', 'run', join(folder, 'a.distill.json')];
  },
  'the command line that measures engines': () => Promise.resolve(['cli.js', 'engines', '--probe']),
};

/** Distillery's own file in the user's cache folder: how fast the engines are. */
const timings = /(^|\/)distillery\/engines\.json$/;

const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
if (!canTrace) {
  process.stdout.write(
    'NOT TESTED: that no process looks up a name or opens a connection, for strace cannot be used here: install Debian’s package strace.\n',
  );
}

// The libraries that are loaded have habits of their own: ONNX Runtime's is to tell its maker.
describe('without telemetry', () => {
  for (const [name, words] of Object.entries(processes)) {
    it(`${name} leaves nothing behind${canTrace ? ', looks up no name and opens no connection' : ''}`, async (t) => {
      const folder = await temporaryFolder(t);
      const { left, asked } = await behaviour(t, folder, await words(folder));
      assert.deepEqual(
        left.filter((file) => !timings.test(file)),
        [],
      );
      assert.deepEqual(asked, []);
    });
  }
});

/**
 * Runs a program with an empty home and an empty temporary folder, and with nothing else in its environment that could
 * silence a library, as `CI` does.
 * @returns which files it left there, and which system calls asked for somebody outside of this machine, or for his name
 */
async function behaviour(
  t: TestContext,
  folder: string,
  [script = '', ...words]: readonly string[],
): Promise<{ left: string[]; asked: string[] }> {
  const place = await temporaryFolder(t);
  const [home, temporary, trace] = ['home', 'temporary', 'trace'].map((name) => join(place, name));
  assert.ok(home !== undefined && temporary !== undefined && trace !== undefined);
  for (const each of [home, temporary]) await mkdir(each);
  const traced = ['strace', '-f', '-qq', '-o', trace, '-e', 'trace=connect,sendto,sendmsg,sendmmsg,openat'];
  const [program = '', ...all] = [...(canTrace ? traced : []), process.execPath, resolve('dist', script), ...words];
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const { status, stdout, stderr } = spawnSync(program, all, { cwd: folder, env, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  const calls = canTrace ? (await readFile(trace, 'utf8')).split('\n') : [];
  return { left: [...(await filesIn(home)), ...(await filesIn(temporary))], asked: calls.filter(asksOutside) };
}

/** Sockets of the internet, what says who knows names, and who knows them by a socket of this machine. */
const asksOutside = (call: string): boolean => /AF_INET|"\/etc\/resolv\.conf"|nscd|resolve1/.test(call);

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
