import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { epochEntry, sampleSpec, startedEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery } from './command.js';
import { finishedRun, range, runsIn, storedRun } from './storedRun.js';
import { claimed } from '../run/opened.js';

const baselineSpec = sampleSpec({ role: 'baseline', name: 'baseline', distill: null });
const baseline = { spec: baselineSpec, specHash: 'aa'.padEnd(64, '0') };

describe('distillery list', () => {
  it('shows every run, and a damaged one as a row that takes nothing down', async (t) => {
    const cwd = await temporaryFolder(t);
    const runs = runsIn(cwd);
    await finishedRun(runs, { wrong: range(0, 7) });
    mkdirSync(join(runs, '20990101-000000-torn'));
    writeFileSync(join(runs, '20990101-000000-torn', 'run.json'), '{"version": 1,');
    const { code, stdout, stderr } = await distillery(['list'], { cwd });
    assert.equal(
      stdout.replace(/(?<=31 s) +\d+ kB$/m, ' (size)'),
      [
        'run                                         experiment  state     epoch  test errors  accuracy  time   size',
        '20261123-184205-student-t20-a0.9-s0-3f9c2a  sample      finished    3/3     7 of 100   93.00 %  31 s (size)',
        '20990101-000000-torn                        –           damaged       –            –         –     –   14 B',
        '',
      ].join('\n'),
    );
    assert.equal(
      stderr,
      `${join(runs, '20990101-000000-torn', 'run.json')}: The record of this run is damaged: it is not JSON.\n` +
        '  Restore run.json from a copy; the rest of the folder need not be damaged. If a newer Distillery wrote it, update.\n',
    );
    assert.equal(code, 0);
  });

  it('gives programs one array with the agreed names', async (t) => {
    const cwd = await temporaryFolder(t);
    const folder = await finishedRun(runsIn(cwd), { wrong: range(0, 7) });
    mkdirSync(join(runsIn(cwd), '2099'));
    const { stdout } = await distillery(['list', '--json'], { cwd });
    const path = join(runsIn(cwd), '2099');
    const { size: logits } = statSync(join(folder.path, 'logits', 'test-3.safetensors'));
    const { size: log } = statSync(folder.log);
    const size = { total: logits + log + statSync(folder.record).size, checkpoint: 0, logits, log };
    assert.deepEqual(JSON.parse(stdout), [
      {
        id: folder.id,
        experiment: 'sample',
        role: 'student',
        state: 'finished',
        specHash: '3f9c2a'.padEnd(64, '0'),
        seed: 0,
        temperature: 20,
        alpha: 0.9,
        epoch: 3,
        epochs: 3,
        test: { n: 100, errors: 7, accuracy: 1 - 7 / 100, loss: 0.7 },
        seconds: 31,
        engine: 'tfjs/cpu',
        path: folder.path,
        size,
      },
      {
        id: '2099',
        path,
        size: { total: 0, checkpoint: 0, logits: 0, log: 0 },
        state: 'damaged',
        problem: {
          code: 'run-missing',
          message: 'There is no run here: a run folder has a file run.json.',
          fix: 'Check the path, or bring run.json back from a copy.',
          place: { file: join(path, 'run.json') },
        },
      },
    ]);
  });

  it('puts the largest first where it is asked to', async (t) => {
    const cwd = await temporaryFolder(t);
    const small = await finishedRun(runsIn(cwd), { wrong: [] });
    const large = await finishedRun(runsIn(cwd), { wrong: [], n: 5_000 });
    const ids = async (...words: string[]): Promise<string[]> =>
      [...(await distillery(['list', ...words], { cwd })).stdout.matchAll(/^2\S+/gm)].map(([id]) => id);
    assert.deepEqual(await ids(), [small.id, large.id]);
    assert.deepEqual(await ids('--sort', 'size'), [large.id, small.id]);
    const { code, stderr } = await distillery(['list', '--sort', 'weight'], { cwd });
    assert.deepEqual(
      [code, stderr],
      [2, 'Runs cannot be sorted by `weight`.\n  There are: `--sort time`, `--sort size`.\n'],
    );
  });

  it('writes an empty array where there is nothing, and finds the runs folder from below', async (t) => {
    const cwd = await temporaryFolder(t);
    assert.deepEqual(await distillery(['list', '--json'], { cwd }), { code: 0, stdout: '[]\n', stderr: '' });
    await finishedRun(runsIn(cwd), { wrong: [] });
    const below = join(cwd, 'a', 'b');
    mkdirSync(below, { recursive: true });
    assert.match((await distillery(['list'], { cwd: below })).stdout, /student-t20/);
    const { stderr } = await distillery(['list', '--runs', 'elsewhere'], { cwd: below });
    assert.equal(stderr, `No runs in ${join(below, 'elsewhere')} yet. \`distillery run <experiment>\` makes some.\n`);
  });

  it('goes quietly when its reader leaves', async (t) => {
    const cwd = await temporaryFolder(t);
    for (let index = 0; index < 3; index++) await finishedRun(runsIn(cwd), { wrong: [] });
    const child = spawn(process.execPath, [resolve('dist/cli.js'), 'list', '--json'], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const [code] = z.tuple([z.number().nullable(), z.unknown()]).parse(await once(child, 'close'));
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
});

describe('distillery show', () => {
  it('shows a damaged log with what is whole of it, and touches nothing', async (t) => {
    const cwd = await temporaryFolder(t);
    const folder = await finishedRun(runsIn(cwd), { wrong: range(0, 7) });
    const whole = readFileSync(folder.log, 'utf8').split('\n');
    whole.splice(2, 0, '{"type":"epoch","time":1}', '\0\0\0');
    writeFileSync(folder.log, whole.join('\n'));
    appendFileSync(folder.log, '{"type":"steps","ti');
    const before = readFileSync(folder.log);
    const { code, stdout, stderr } = await distillery(['show', 'latest', '--json'], { cwd });
    const shown = z
      .object({ state: z.string(), history: z.array(z.object({ epoch: z.int() })) })
      .parse(JSON.parse(stdout));
    assert.equal(shown.state, 'finished');
    assert.deepEqual(
      shown.history.map(({ epoch }) => epoch),
      [1, 2, 3],
    );
    assert.equal(
      stderr,
      `${folder.id}: ${folder.log}:3: This line of the log is no entry and was passed over: epoch: Invalid input: expected number, received undefined.\n` +
        '  Nothing needs to be done; the other lines are used. A line is torn when its writer was killed, and changed by a disk or by hand: what it told is missing from curves and tables.\n' +
        '  1 more lines of this log could not be used.\n',
    );
    assert.equal(code, 0);
    assert.deepEqual(readFileSync(folder.log), before);
  });

  it('shows why a run failed and how to go on', async (t) => {
    const cwd = await temporaryFolder(t);
    const problem = { code: 'diverged', message: 'The loss is no number.', fix: 'Use a smaller rate.' };
    const folder = await storedRun(runsIn(cwd), {
      entries: [startedEntry(), epochEntry(1), { type: 'failed', time: 12_000, problem }],
    });
    const { stdout } = await distillery(['show', 'latest'], { cwd });
    assert.ok(stdout.startsWith(`${folder.id}: failed, epoch 1 of 3, 39 errors of 100 (61.00 %), `), stdout);
    for (const line of [
      'model       mlp: hidden [8], dropout 0, inputDropout 0, input (size –, interpolation bilinear, mean [0], std [1]); 100 parameters',
      'distill     hinton: temperature 20, alpha 0.9, ensemble probabilities',
      'Problem: The loss is no number.\n  Use a smaller rate.',
      `Go on with it: distillery resume ${folder.id}`,
    ]) {
      assert.ok(stdout.includes(line), `${line}\nin\n${stdout}`);
    }
    const { stdout: json } = await distillery(['show', folder.path, '--json'], { cwd });
    assert.deepEqual(z.object({ problem: z.unknown() }).parse(JSON.parse(json)).problem, problem);
  });

  it('shows what a run warned of, and what to do, as a page and to programs', async (t) => {
    const cwd = await temporaryFolder(t);
    const problem = { code: 'imbalanced', message: 'Most are of one class.', fix: 'Look at the balanced accuracy.' };
    await storedRun(runsIn(cwd), { entries: [startedEntry(), { type: 'warning', time: 2_000, problem }] });
    const { stdout } = await distillery(['show', 'latest'], { cwd });
    assert.match(stdout, /\n\nWarning: Most are of one class\.\n {2}Look at the balanced accuracy\.\n/);
    const { stdout: json } = await distillery(['show', 'latest', '--json'], { cwd });
    assert.deepEqual(z.object({ warnings: z.unknown() }).parse(JSON.parse(json)).warnings, [problem]);
  });

  it('finds a run by a start of its id, and says when none or several are meant', async (t) => {
    const cwd = await temporaryFolder(t);
    const runs = runsIn(cwd);
    const empty = await distillery(['show', 'latest'], { cwd });
    assert.equal(
      empty.stderr,
      `There are no runs in ${runs}.\n` +
        '  Start some with `distillery run <experiment>`, or name another runs folder with --runs.\n',
    );
    assert.equal(empty.code, 2);
    const student = await finishedRun(runs, { wrong: [] });
    const alone = await finishedRun(runs, { record: baseline, wrong: [] });
    for (const reference of [student.id, student.id.slice(0, 19), join('.distillery', 'runs', student.id)]) {
      assert.ok((await distillery(['show', reference], { cwd })).stdout.startsWith(student.id), reference);
    }
    const several = await distillery(['show', '2026'], { cwd });
    assert.equal(several.stderr, `2 runs begin with \`2026\`: ${alone.id}, ${student.id}.\n  Write more of the id.\n`);
    assert.equal(several.code, 2);
    const none = await distillery(['show', student.id.replace('student', 'studnet')], { cwd });
    assert.equal(
      none.stderr,
      `No run in ${runs} begins with \`${student.id.replace('student', 'studnet')}\`.\n  Did you mean \`${student.id}\`?\n`,
    );
  });

  it('takes the run that was made last for the latest, also within a second', async (t) => {
    const cwd = await temporaryFolder(t);
    const runs = runsIn(cwd);
    const last = await finishedRun(runs, { record: { ...baseline, created: '2026-11-23T18:42:05.900Z' }, wrong: [] });
    await finishedRun(runs, { record: { created: '2026-11-23T18:42:05.100Z' }, wrong: [] });
    assert.ok((await distillery(['show', 'latest'], { cwd })).stdout.startsWith(last.id));
  });
});

describe('distillery compare', () => {
  it('tests each run against the first and shows what differs', async (t) => {
    const cwd = await temporaryFolder(t);
    const runs = runsIn(cwd);
    const first = await finishedRun(runs, { record: baseline, wrong: range(0, 20) });
    const second = await finishedRun(runs, { wrong: range(15, 22) });
    const { code, stdout } = await distillery(['compare', first.id, second.id], { cwd });
    // 15 only the first gets wrong, 2 only the second: scipy.stats.binomtest(2, 17).pvalue is 0.00235, and a
    // bootstrap of 200,000 resamples in NumPy says 6 to 21.
    assert.match(
      stdout,
      /#2 against #1: better by 13\.00 points \(p = 0\.002\): 20 → 7 errors, 95 % interval of the difference in accuracy \+6\.00 … \+21\.00 points \(McNemar, exact\)/,
    );
    assert.match(stdout, /^role +baseline +student$/m);
    assert.match(stdout, /^distill\.temperature +– +20$/m);
    assert.doesNotMatch(stdout, /learningRate/);
    assert.equal(code, 0);
    const { stdout: json } = await distillery(['compare', first.id, second.id, '--json'], { cwd });
    const { comparisons } = z
      .object({
        comparisons: z.array(
          z.object({ verdict: z.string(), onlyFirstWrong: z.int(), onlySecondWrong: z.int(), p: z.number() }),
        ),
      })
      .parse(JSON.parse(json));
    assert.deepEqual(
      comparisons.map(({ verdict, onlyFirstWrong, onlySecondWrong, p }) => [
        verdict,
        ...[onlyFirstWrong, onlySecondWrong, p.toFixed(6)],
      ]),
      [['better', 15, 2, '0.002350']],
    );
  });

  it('refuses runs that were tested on different examples', async (t) => {
    const cwd = await temporaryFolder(t);
    const runs = runsIn(cwd);
    const first = await finishedRun(runs, { record: baseline, wrong: [] });
    const second = await finishedRun(runs, { wrong: [], n: 50 });
    const { code, stdout, stderr } = await distillery(['compare', first.id, second.id], { cwd });
    assert.deepEqual(
      { code, stdout, stderr },
      {
        code: 2,
        stdout: '',
        stderr:
          `${first.id} and ${second.id} were not tested on the same examples: 100 and 50 examples.\n` +
          '  Only runs with the same data and the same limit of test examples can be compared.\n',
      },
    );
  });

  it('says when a run has no results yet, and when its logits are damaged', async (t) => {
    const cwd = await temporaryFolder(t);
    const runs = runsIn(cwd);
    const first = await finishedRun(runs, { record: baseline, wrong: [] });
    const waiting = await storedRun(runs, { entries: [] });
    assert.equal(
      (await distillery(['compare', first.id, waiting.id], { cwd })).stderr,
      `${waiting.id} has no test results yet: it is waiting, before the end of its first epoch.\n  Wait for it, or resume it.\n`,
    );
    const logits = join(first.path, 'logits', 'test-3.safetensors');
    writeFileSync(logits, readFileSync(logits).subarray(0, 100));
    const { code, stderr } = await distillery(['compare', first.id, waiting.id], { cwd });
    assert.ok(stderr.startsWith(`${logits}: `), stderr);
    assert.equal(code, 2);
  });
});

describe('distillery resume and stop', () => {
  it('leave a run alone that a living trainer has', async (t) => {
    const cwd = await temporaryFolder(t);
    const folder = await storedRun(runsIn(cwd), { entries: [] });
    const hold = await claimed(folder);
    t.after(() => hold.release());
    const before = readFileSync(folder.record);
    const { code, stderr } = await distillery(['resume', 'latest'], { cwd });
    assert.equal(
      stderr,
      `${folder.path}: Run ${folder.id} is being trained already, by process ${process.pid} on ${hold.owner.host}.\n` +
        '  Wait for it, or stop it first.\n',
    );
    assert.equal(code, 2);
    assert.deepEqual(readFileSync(folder.record), before);
  });

  it('say so when there is nothing to do', async (t) => {
    const cwd = await temporaryFolder(t);
    const folder = await finishedRun(runsIn(cwd), { wrong: [] });
    const copy = join(cwd, 'copy');
    cpSync(folder.path, copy, { recursive: true });
    const resumed = await distillery(['resume', copy + '/'], { cwd });
    assert.equal(resumed.stderr, `${basename(copy)} is finished: there is nothing to resume.\n`);
    assert.equal(resumed.code, 0);
    const stopped = await distillery(['stop', 'latest'], { cwd });
    assert.equal(stopped.stdout, `${folder.id} is not running.\n`);
    assert.equal(stopped.code, 0);
  });
});
