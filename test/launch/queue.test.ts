import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { PlannedRun } from '../../src/core/spec/plan.js';
import { ProblemError } from '../../src/core/problem.js';
import { LocalProcessLauncher } from '../../src/launch/localProcess.js';
import { runQueue, type RunWorker } from '../../src/launch/queue.js';
import type { QueueEvent, RunOutcome } from '../../src/launch/queueEvent.js';
import { LaunchingWorker } from '../../src/launch/worker.js';
import { runFolder, type RunFolder } from '../../src/run/folder.js';
import { sha256 } from '../../src/node/files/hash.js';
import { listRuns, readRecord } from '../../src/run/runsFolder.js';
import { openRuns } from '../../src/run/openRuns.js';
import { advance, initialState } from '../../src/run/state.js';
import { metrics, sampleDraft, sampleRecord, sampleSpec } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { fakeTrainer } from './buildTrainer.js';

const fake = fakeTrainer();

/** The hash of the fake plan is of the key, so that the words that make the fake trainer misbehave are no part of it. */
function planned(key: string, change: Partial<PlannedRun> & { words?: string } = {}): PlannedRun {
  const { words = 'run', ...rest } = change;
  const role = key.startsWith('teacher') ? 'teacher' : key.startsWith('baseline') ? 'baseline' : 'student';
  const distill = role === 'student' ? sampleSpec().distill : null;
  const spec = sampleSpec({ role, name: words, distill });
  return { key, spec, specHash: sha256(key), teachers: [], baseline: null, ...rest };
}

const family = (words: { teacher?: string; student?: string } = {}): PlannedRun[] => [
  planned('teacher', { words: words.teacher ?? 'run' }),
  planned('baseline'),
  planned('student', { teachers: ['teacher'], baseline: 'baseline', words: words.student ?? 'run' }),
];

interface QueueRun {
  readonly events: string[];
  readonly outcomes: RunOutcome[];
}

/** Runs a plan with the fake trainer; events as `kind key`, without the log's entries. */
async function run(
  plan: readonly PlannedRun[],
  runsDir: string,
  options: { force?: boolean; parallel?: number; signal?: AbortSignal; on?: (event: QueueEvent) => void } = {},
): Promise<QueueRun> {
  const { on, ...rest } = options;
  const events: string[] = [];
  const onEvent = (event: QueueEvent): void => {
    if (event.kind !== 'entry') events.push(`${event.kind} ${event.run.key}`);
    on?.(event);
  };
  const { experiment, git, versions, execution } = sampleDraft();
  const runs = await openRuns(runsDir, { make: true });
  const worker = new LaunchingWorker({
    runs,
    launcher: new LocalProcessLauncher({ trainerScript: fake.script }),
    origin: { experiment, git, versions, execution },
    ...rest,
    onEvent,
  });
  try {
    return { outcomes: await runQueue(plan, { worker, ...rest, onEvent }), events };
  } finally {
    await runs.close();
  }
}

const words = (outcome: RunOutcome | undefined): string =>
  outcome === undefined || outcome.kind === 'skipped' ? (outcome?.reason.code ?? 'none') : outcome.state.state;

function folderOf(outcome: RunOutcome | undefined): RunFolder {
  return outcome === undefined || outcome.kind === 'skipped' ? assert.fail('has no folder') : outcome.folder;
}

describe('a queue', () => {
  it('trains teachers first, tells all that happens, and writes down which runs belong together', async (t) => {
    const runsDir = join(await temporaryFolder(t), 'runs');
    const steps: number[] = [];
    const { events, outcomes } = await run(family(), runsDir, {
      on: (event) => {
        if (event.kind === 'entry' && event.run.key === 'student' && event.entry.type === 'steps') {
          steps.push(event.state.step);
        }
      },
    });
    assert.deepEqual(events, [
      'queued teacher',
      'queued baseline',
      'queued student',
      'started teacher',
      'ended teacher',
      'started baseline',
      'ended baseline',
      'started student',
      'ended student',
    ]);
    assert.deepEqual(outcomes.map(words), ['finished', 'finished', 'finished']);
    assert.deepEqual(
      steps,
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    const [teacher, baseline, student] = outcomes.map(folderOf);
    const record = await readRecord(student ?? assert.fail());
    assert.deepEqual(record.teachers, [teacher?.id]);
    assert.equal(record.baseline, baseline?.id);
    assert.equal(record.specHash, sha256('student'));
  });

  it('reuses what is finished, unless told not to', async (t) => {
    const runsDir = await temporaryFolder(t);
    const first = await run(family(), runsDir);
    const again = await run(family(), runsDir);
    assert.deepEqual(again.events.slice(3), ['reused teacher', 'reused baseline', 'reused student']);
    assert.deepEqual(again.outcomes.map(folderOf), first.outcomes.map(folderOf));
    const forced = await run([planned('teacher')], runsDir, { force: true });
    assert.deepEqual(forced.events, ['queued teacher', 'started teacher', 'ended teacher']);
    assert.equal((await listRuns(runsDir)).length, 4);
  });

  it('skips the students of a teacher that failed, with the reason, and goes on with the others', async (t) => {
    const runsDir = await temporaryFolder(t);
    const { outcomes } = await run(family({ teacher: 'fails' }), runsDir);
    assert.deepEqual(outcomes.map(words), ['failed', 'finished', 'teacher-unfinished']);
    const [, , student] = outcomes;
    assert.equal(
      student?.kind === 'skipped' ? student.reason.message : '',
      'Not begun: its teacher `teacher` has failed. The loss is not a number.',
    );
    const again = await run(family(), runsDir);
    assert.deepEqual(again.outcomes.map(words), ['finished', 'finished', 'finished']);
    assert.deepEqual(again.events.slice(3, 6), ['started teacher', 'ended teacher', 'reused baseline']);
  });

  it('shows the last words of a trainer that died without a reason in its log', async (t) => {
    const { outcomes } = await run([planned('teacher', { words: 'mute' })], await temporaryFolder(t));
    const [outcome] = outcomes;
    assert.equal(words(outcome), 'interrupted');
    const problem = outcome?.kind === 'ended' ? outcome.state.problem : null;
    assert.ok(problem !== null);
    assert.equal(problem.code, 'trainer-crashed');
    assert.match(problem.message, /ended with exit code 7 .*\nthe library of the engine cannot be loaded$/s);
  });

  it('resumes a run that was interrupted, in its own folder', async (t) => {
    const runsDir = await temporaryFolder(t);
    const first = await run([planned('teacher', { words: 'crashes once' })], runsDir);
    assert.equal(words(first.outcomes[0]), 'interrupted');
    const told: number[] = [];
    const again = await run([planned('teacher')], runsDir, {
      on: (event) => event.kind === 'entry' && told.push(event.entry.time),
    });
    assert.deepEqual(again.events.slice(1), ['resumed teacher', 'ended teacher']);
    assert.deepEqual(again.outcomes.map(folderOf), first.outcomes.map(folderOf));
    assert.deepEqual(again.outcomes.map(words), ['finished']);
    const [outcome] = again.outcomes;
    assert.equal(outcome?.kind === 'ended' ? outcome.state.started?.resumedFrom : null, 10);
    assert.ok(told.length > 0 && told.every((time, index) => time >= (told[index - 1] ?? 0)));
  });

  it('begins anew where a resume would miss its teacher', async (t) => {
    const runsDir = await temporaryFolder(t);
    const first = await run(family({ student: 'crashes' }), runsDir);
    await rm(folderOf(first.outcomes[0]).path, { recursive: true });
    // A teacher that is trained anew within the same second has the same id again, and nothing would be missing.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const again = await run(family(), runsDir);
    assert.deepEqual(again.outcomes.map(words), ['finished', 'finished', 'finished']);
    assert.notEqual(folderOf(again.outcomes[2]).id, folderOf(first.outcomes[2]).id);
  });

  it('stops the present trainer when told to end, begins no more, and goes on from there next time', async (t) => {
    const runsDir = await temporaryFolder(t);
    const end = new AbortController();
    const { outcomes } = await run(family({ teacher: 'held once' }), runsDir, {
      signal: end.signal,
      on: (event) => event.kind === 'entry' && event.entry.type === 'epoch' && end.abort(),
    });
    assert.deepEqual(outcomes.map(words), ['stopped', 'cancelled', 'cancelled']);
    const again = await run(family(), runsDir);
    assert.deepEqual(again.events.slice(3, 5), ['resumed teacher', 'ended teacher']);
    const nothing = await run(family(), join(runsDir, 'other'), { signal: AbortSignal.abort() });
    assert.deepEqual(nothing.outcomes.map(words), ['cancelled', 'cancelled', 'cancelled']);
    assert.deepEqual(await listRuns(join(runsDir, 'other')), []);
  });

  it('never trains a spec that another queue is training: it waits for that and uses it', async (t) => {
    const runsDir = await temporaryFolder(t);
    const on = ({ kind }: QueueEvent): void => {
      if (kind === 'joined') writeFileSync(join(runsDir, 'go'), '');
    };
    const queues = await Promise.all(
      Array.from({ length: 3 }, () => run(family({ teacher: 'waits' }), runsDir, { on })),
    );
    assert.equal((await listRuns(runsDir)).length, 3);
    for (const { outcomes } of queues) assert.deepEqual(outcomes.map(words), ['finished', 'finished', 'finished']);
    const begun = queues.flatMap(({ events }) => events.filter((event) => event.startsWith('started')));
    assert.deepEqual(begun.sort(), ['started baseline', 'started student', 'started teacher']);
    assert.ok(queues.some(({ events }) => events.some((event) => event.startsWith('joined'))));
  });

  it('leaves a joined trainer alone when it is told to end itself', async (t) => {
    const runsDir = await temporaryFolder(t);
    const end = new AbortController();
    const guestEnd = new AbortController();
    const plan = [planned('teacher', { words: 'held' })];
    const guests: Promise<QueueRun>[] = [];
    const host = await run(plan, runsDir, {
      signal: end.signal,
      on: (event) => {
        if (event.kind !== 'entry' || guests.length > 0) return;
        const guest = run(plan, runsDir, {
          signal: guestEnd.signal,
          on: (seen) => seen.kind === 'entry' && guestEnd.abort(),
        });
        guests.push(guest);
        void guest.then(() => end.abort());
      },
    });
    const { outcomes, events } = await (guests[0] ?? assert.fail());
    assert.deepEqual(events.slice(1, 2), ['joined teacher']);
    assert.deepEqual([outcomes.map(words), host.outcomes.map(words)], [['cancelled'], ['stopped']]);
  });

  it('trains several at a time when asked to, a student only after its teacher', async (t) => {
    const runsDir = await temporaryFolder(t);
    const { events, outcomes } = await run(family({ teacher: 'waits' }), runsDir, {
      parallel: 2,
      on: (event) => {
        if (event.kind === 'started' && event.run.key === 'baseline') writeFileSync(join(runsDir, 'go'), '');
      },
    });
    assert.deepEqual(outcomes.map(words), ['finished', 'finished', 'finished']);
    assert.ok(events.indexOf('started baseline') < events.indexOf('ended teacher'));
    assert.ok(events.indexOf('started student') > events.indexOf('ended teacher'));
    const [, baseline, student] = outcomes;
    assert.equal((await readRecord(folderOf(student))).baseline, folderOf(baseline).id);
  });

  it('lets a student wait until its baseline has a folder, for its record to name', async () => {
    const finished = advance(initialState(sampleRecord()), {
      type: 'finished',
      time: 1,
      step: 1,
      seconds: 1,
      test: metrics(1),
    });
    const seen: string[] = [];
    const worker: RunWorker = {
      async work(each, { baseline }, onPlaced) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const folder = runFolder(each.key);
        onPlaced(folder);
        seen.push(`${each.key} ${baseline?.id ?? 'alone'}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { kind: 'ended', run: each, folder, record: sampleRecord(), state: finished };
      },
    };
    const plan = [planned('baseline'), planned('student', { baseline: 'baseline' })];
    await runQueue(plan, { worker, parallel: 2, onEvent: () => undefined });
    assert.deepEqual(seen, ['baseline alone', 'student baseline']);
  });

  it('says what is wrong when a run cannot even be begun', async (t) => {
    const runsDir = join(await temporaryFolder(t), 'missing.json', 'runs');
    await writeFile(join(runsDir, '..'), '');
    await assert.rejects(run(family(), runsDir), (error) => {
      assert.ok(error instanceof ProblemError);
      return error.problem.code === 'not-a-folder' && error.problem.place?.file === runFolder(runsDir).path;
    });
  });
});
