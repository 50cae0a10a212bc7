import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { specHash, type PlannedRun } from '../../src/core/spec/plan.js';
import { runSpecSchema, type RunSpec } from '../../src/core/spec/spec.js';
import { anewWords } from '../../src/launch/anewWords.js';
import type { Launcher } from '../../src/launch/launcher.js';
import { LocalProcessLauncher } from '../../src/launch/localProcess.js';
import { runQueue } from '../../src/launch/queue.js';
import type { QueueEvent } from '../../src/launch/queueEvent.js';
import { LaunchingWorker } from '../../src/launch/worker.js';
import { sha256 } from '../../src/node/files/hash.js';
import type { RunFolder } from '../../src/run/folder.js';
import { readLog } from '../../src/run/log/logTail.js';
import { openRuns } from '../../src/run/openRuns.js';
import { readRun } from '../../src/run/run.js';
import { listRuns, readRecord } from '../../src/run/runsFolder.js';
import { sampleDraft } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { runResults } from '../trainer/runResults.js';

const stepsPerEpoch = 20;

/** A run of a second or less, with all that changes from step to step and does not depend on the length. */
function planned(key: string, spec: object, family: Partial<PlannedRun> = {}): PlannedRun {
  const parsed: RunSpec = runSpecSchema.parse({
    version: 1,
    role: 'teacher',
    name: key,
    seed: 3,
    data: { dataset: 'mnist', limit: { train: 32 * stepsPerEpoch, test: 100 } },
    model: { kind: 'mlp', hidden: [24], dropout: 0.5, inputDropout: 0.2 },
    distill: null,
    teachers: [],
    ...spec,
  });
  return {
    key,
    spec: parsed,
    specHash: specHash(parsed, { sha256 }),
    teachers: [],
    baseline: null,
    ...family,
  };
}

const sgd = { kind: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 } as const;
const convnet = { kind: 'convnet', channels: [4, 8], hidden: [16], dropout: 0.25 } as const;
const steps = { kind: 'step', milestones: [1, 3], gamma: 0.5, warmup: 0.5 } as const;

const teacherOf = (epochs: number): PlannedRun =>
  planned('teacher', { train: { epochs, batchSize: 32, optimizer: sgd, augment: { translate: 2 }, maxNorm: 3 } });

/** The teacher stays as it is: a student of a teacher that was trained for longer is another student. */
function family(epochs: number): PlannedRun[] {
  const teacher = teacherOf(2);
  const train = { epochs, batchSize: 32, optimizer: { kind: 'adam', learningRate: 0.002 }, schedule: steps };
  const student = { role: 'student', model: convnet, train, teachers: [teacher.specHash] };
  const distill = { loss: 'hinton', temperature: 4, alpha: 0.9, warmup: 3 };
  return [
    teacher,
    ...(epochs === 2 ? [] : [{ ...teacherOf(epochs), key: 'longer teacher' }]),
    planned('baseline', { role: 'baseline', model: convnet, train }),
    planned('head', { model: convnet, trainable: 'head', train: { epochs, batchSize: 32, optimizer: sgd } }),
    planned('student', { ...student, distill }, { teachers: ['teacher'] }),
  ];
}

interface Done {
  readonly events: QueueEvent[];
  readonly folders: ReadonlyMap<string, RunFolder>;
}

async function train(
  plan: readonly PlannedRun[],
  runsDir: string,
  {
    force = false,
    launcher = new LocalProcessLauncher({ trainerScript: 'dist/trainer.js' }),
  }: { force?: boolean; launcher?: Launcher } = {},
): Promise<Done> {
  const events: QueueEvent[] = [];
  const onEvent = (event: QueueEvent): void => void events.push(event);
  const { experiment, git, versions } = sampleDraft();
  const origin = { experiment, git, versions, execution: { engine: 'onnx/cpu', checkpointSeconds: 20 } as const };
  const runs = await openRuns(runsDir, { make: true });
  const worker = new LaunchingWorker({ runs, launcher, origin, force, onEvent });
  const outcomes = await runQueue(plan, { worker, onEvent }).finally(() => runs.close());
  const folders = new Map<string, RunFolder>();
  for (const outcome of outcomes) {
    assert.ok(outcome.kind !== 'skipped', outcome.run.key);
    assert.equal(outcome.state.state, 'finished', JSON.stringify(outcome.state.problem));
    folders.set(outcome.run.key, outcome.folder);
  }
  return { events, folders };
}

const folderIn = ({ folders }: Done, key: string): RunFolder => folders.get(key) ?? assert.fail(`no run ${key}`);

const kindsOf = ({ events }: Done): string[] =>
  events.filter(({ kind }) => kind !== 'queued' && kind !== 'entry').map(({ kind, run }) => `${kind} ${run.key}`);

/** Begins nothing, as a machine that goes down at that moment. */
class NoLauncher extends LocalProcessLauncher {
  override start(): never {
    throw new Error('the machine went down');
  }
}

describe('an experiment whose epochs grew', () => {
  it('goes on from what there is, to the bits of as many epochs at once, and leaves that as it was', async (t) => {
    const runsDir = await temporaryFolder(t);
    const before = await train(family(2), runsDir);
    const shorter = await runResults(folderIn(before, 'student'));
    const longer = await train(family(4), runsDir);
    assert.deepEqual(kindsOf(longer), [
      'reused teacher',
      ...['longer teacher', 'baseline', 'head', 'student'].flatMap((key) => [`resumed ${key}`, `ended ${key}`]),
    ]);
    const atOnce = await train(family(4), runsDir, { force: true });
    for (const key of ['longer teacher', 'baseline', 'head', 'student']) {
      const [grown, whole] = [folderIn(longer, key), folderIn(atOnce, key)];
      assert.deepEqual(await runResults(grown), await runResults(whole), key);
      for (const epoch of [1, 2, 3, 4]) {
        const logits = `logits/test-${epoch}.safetensors`;
        assert.deepEqual(await readFile(join(grown.path, logits)), await readFile(join(whole.path, logits)), key);
      }
      assert.equal((await readRecord(whole)).continuedFrom, undefined, 'with --force it is trained anew');
      const origin = folderIn(before, key === 'longer teacher' ? 'teacher' : key);
      const { continuedFrom } = await readRecord(grown);
      assert.deepEqual([continuedFrom?.run, continuedFrom?.step, continuedFrom?.epochs], [origin.id, 40, 2]);
      const { entries } = await readLog(grown.log);
      const notes = entries.filter((entry) => entry.type === 'note').map(({ text }) => text);
      assert.ok(notes.includes(`Goes on from ${origin.id} at epoch 2.`), notes.join());
    }
    assert.deepEqual(await runResults(folderIn(before, 'student')), shorter);
    assert.equal((await readRecord(folderIn(before, 'student'))).spec.train.epochs, 2);
  });

  it('is whole or not there when the machine goes down before its trainer has begun', async (t) => {
    const runsDir = await temporaryFolder(t);
    const origin = folderIn(await train([teacherOf(1)], runsDir), 'teacher');
    const launcher = new NoLauncher({ trainerScript: 'dist/trainer.js' });
    await assert.rejects(train([teacherOf(3)], runsDir, { launcher }), /went down/);
    const [left] = (await listRuns(runsDir)).filter((id) => id !== origin.id);
    assert.ok(left !== undefined);
    const resumed = await train([teacherOf(3)], runsDir);
    assert.equal(folderIn(resumed, 'teacher').id, left);
    const run = await readRun(folderIn(resumed, 'teacher'));
    assert.ok(run.kind === 'run');
    assert.deepEqual([run.state.epoch, run.state.started?.resumedFrom], [3, stepsPerEpoch]);
    // A third one may begin from the second, whose first checkpoint was that of another spec.
    const { continuedFrom } = await readRecord(folderIn(await train([teacherOf(4)], runsDir), 'teacher'));
    assert.deepEqual([continuedFrom?.run, continuedFrom?.epochs], [left, 3]);
  });

  it('trains anew where the schedule depends on the length, and says how to begin from the weights', async (t) => {
    const runsDir = await temporaryFolder(t);
    const cosine = (epochs: number): PlannedRun =>
      planned('teacher', { train: { epochs, batchSize: 32, optimizer: sgd, schedule: { kind: 'cosine' } } });
    const origin = folderIn(await train([cosine(1)], runsDir), 'teacher');
    const again = await train([cosine(2)], runsDir);
    const started = again.events.find((event) => event.kind === 'started') ?? assert.fail('it was not begun');
    assert.ok(started.instead !== null);
    const { spec } = started.run;
    const checkpoint = `${origin.path}/checkpoint.safetensors`;
    assert.equal(
      anewWords(started.instead, { spec, file: null }),
      `trains anew instead of going on from ${origin.id} with its 1 epoch: the cosine schedule depends on the number of epochs. ` +
        `To begin from its weights write into "teacher": "weights": "${checkpoint}"`,
    );
    const weights = { file: checkpoint };
    const train2 = { epochs: 1, batchSize: 32, optimizer: sgd };
    const begun = folderIn(await train([planned('from weights', { weights, train: train2 })], runsDir), 'from weights');
    const run = await readRun(begun);
    assert.ok(run.kind === 'run');
    assert.deepEqual([run.state.weights?.missing, run.state.weights?.loaded], [[], 4]);
  });
});
