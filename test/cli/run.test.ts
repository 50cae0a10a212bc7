import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { listRuns } from '../../src/run/runsFolder.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery, start } from './command.js';
import { said } from './said.js';
import { runsIn } from './storedRun.js';
import { tiny } from './tiny.js';

const verdictSchema = z.object({
  ...{ event: z.literal('verdict'), runs: z.array(z.string()), verdict: z.string() },
  ...{ holdsFor: z.literal('these networks'), chosenOn: z.literal('plan'), tried: z.literal(1), leftOut: z.literal(0) },
  ...{ needed: z.looseObject({ kind: z.string() }), seeds: z.literal(1), pictures: z.literal(100) },
  ...{ difference: z.number(), interval: z.object({ low: z.number(), high: z.number() }), p: z.number() },
});

const eventSchema = z.looseObject({ event: z.string(), run: z.string() });

describe('distillery run', () => {
  it('trains teacher, baseline and student, compares them, and reuses them the next time', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    const first = await distillery(['run', 'a.distill.json'], { cwd });
    assert.equal(first.code, 0, first.stderr);
    const number = String.raw`\d+ of 100 +\d+\.\d\d %(, balanced \d+\.\d\d %)? +\d+\.\d`;
    assert.match(first.stdout, /^run +seed +T +α +test errors +accuracy +seconds$/m);
    assert.match(first.stdout, new RegExp(`^teacher +0 +– +– +${number}$`, 'm'));
    assert.match(first.stdout, new RegExp(`^baseline +0 +– +– +${number}$`, 'm'));
    assert.match(first.stdout, new RegExp(`^student +0 +4 +0.9 +${number}$`, 'm'));
    assert.match(
      first.stdout,
      /^student against baseline, seed 0: (better by|worse by|cannot be told apart) .*\(p [=<] .*\): \d+ → \d+ errors, 95 %/m,
    );
    for (const epoch of [1, 2]) assert.match(first.stderr, new RegExp(`^teacher s0: epoch ${epoch}/2, loss `, 'm'));
    const ids = await listRuns(runsIn(cwd));
    assert.deepEqual(ids.map((id) => id.split('-')[2]).sort(), ['baseline', 'student', 'teacher']);
    assert.ok(
      first.stderr.endsWith(`Look closer: distillery show ${ids.find((id) => id.includes('student')) ?? ''}\n`),
      first.stderr,
    );

    const verdict = await distillery(['verdict', 'a.distill.json'], { cwd });
    assert.equal(verdict.code, 0, verdict.stderr);
    assert.match(verdict.stdout, /^Verdict: student .* with seed 0: .*\n\nstudent against baseline, seed 0: .*\n$/);
    assert.ok(first.stdout.endsWith(verdict.stdout), verdict.stdout);

    const logs = ids.map((id) => readFileSync(join(runsIn(cwd), id, 'log.jsonl')));
    const again = await distillery(['run', 'a.distill.json'], { cwd });
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout.match(/ reused$/gm)?.length, 3);
    assert.deepEqual(await listRuns(runsIn(cwd)), ids);
    assert.deepEqual(
      ids.map((id) => readFileSync(join(runsIn(cwd), id, 'log.jsonl'))),
      logs,
    );

    const forced = await distillery(['run', 'a.distill.json', '--force', '--only', 'teacher'], { cwd });
    assert.equal(forced.code, 0, forced.stderr);
    assert.equal((await listRuns(runsIn(cwd))).length, 4);
  });

  it('writes one JSON event a line for programs, and nothing else', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    const before = await distillery(['verdict', 'a.distill.json', '--runs', 'runs'], { cwd });
    assert.deepEqual([before.code, before.stdout], [1, '']);
    assert.match(before.stderr, /^No student of it is finished .*: distillery run a\.distill\.json\n$/);
    const { code, stdout, stderr } = await distillery(['run', 'a.distill.json', '--json', '--runs', 'runs'], { cwd });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const verdict = verdictSchema.parse(lines.pop());
    assert.deepEqual(verdict.runs, ['student t4 a0.9 s0']);
    assert.ok(verdict.interval.low <= verdict.difference && verdict.difference <= verdict.interval.high);
    const told = await distillery(['verdict', 'a.distill.json', '--json', '--runs', 'runs'], { cwd });
    const { comparisons, ...same } = z
      .looseObject({ comparisons: z.array(z.unknown()) })
      .parse(JSON.parse(told.stdout));
    assert.deepEqual({ event: 'verdict', ...same }, JSON.parse(JSON.stringify(verdict)));
    assert.equal(comparisons.length, 1);
    const events = lines.map((line) => eventSchema.parse(line));
    const toldOf = events.filter(({ event }) => event !== 'entry').map(({ event, run }) => `${event} ${run}`);
    const student = 'student t4 a0.9 s0';
    assert.deepEqual(toldOf, [
      ...['queued teacher s0', 'queued baseline s0', `queued ${student}`],
      ...['started teacher s0', 'ended teacher s0', 'started baseline s0', 'ended baseline s0'],
      ...[`started ${student}`, `ended ${student}`, `comparison ${student}`],
    ]);
    const epochs = events.filter(({ entry }) => z.looseObject({ type: z.literal('epoch') }).safeParse(entry).success);
    assert.equal(epochs.length, 6);
  });
});

describe('stopping', () => {
  it('saves at Ctrl-C, says how to resume, and resumes to the end', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny({ teacherEpochs: 300 }));
    const { child, answer } = start(['run', 'a.distill.json'], { cwd });
    await said(child.stderr, /epoch 2\/300/);
    child.kill('SIGINT');
    const stopped = await answer;
    const [id = ''] = await listRuns(runsIn(cwd));
    assert.match(
      stopped.stderr,
      new RegExp(
        `\nStopping: the trainer finishes its step and saves\\. Press Ctrl-C again to end it at once\\.\n[^]*` +
          `Stopped at step [\\d,]+ of 1,200\\. Resume with: distillery resume ${id}, or run the same experiment again\\.\n`,
      ),
    );
    assert.match(stopped.stdout, /^teacher .* stopped$/m);
    assert.match(stopped.stdout, /^student .* skipped$/m);
    assert.equal(stopped.code, 1);

    const resumed = await distillery(['resume', id], { cwd });
    assert.match(resumed.stderr, new RegExp(`^${id}: goes on from step [1-9][\\d,]*\n`));
    assert.match(resumed.stderr, new RegExp(`${id}: finished, \\d+ errors of 100`));
    assert.equal(resumed.code, 0);
  });

  it('stops a run from elsewhere, and whoever watches it is told', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny({ teacherEpochs: 200_000 }));
    const { child, answer } = start(['run', 'a.distill.json', '--only', 'teacher'], { cwd });
    await said(child.stderr, /epoch 1\/200000/);
    const [id = ''] = await listRuns(runsIn(cwd));
    const stop = await distillery(['stop', 'latest'], { cwd });
    assert.equal(stop.stdout, `Stopped ${id}; it has saved. Go on with it: distillery resume ${id}\n`);
    assert.equal(stop.code, 0);
    const watched = await answer;
    assert.match(watched.stderr, /teacher s0: stopped at step [\d,]+ of 800,000\n/);
    assert.equal(watched.code, 1);
  });
});
