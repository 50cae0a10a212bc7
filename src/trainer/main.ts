import { dirname } from 'node:path';
import { dataWords } from '../core/datasets/datasets.js';
import { formatProblem, ProblemError, problemOf } from '../core/problem.js';
import { harmlessLines } from '../core/words.js';
import { claim, type Hold } from '../run/claim.js';
import type { RunSpec } from '../core/spec/spec.js';
import { dataFolder } from '../run/dataFolder.js';
import { cacheIn } from '../data/cache/sharedFolder.js';
import type { Entry } from '../run/log/entry.js';
import { engineOf } from '../run/engineOverride.js';
import type { OpenedFolder } from '../node/files/openedFolder.js';
import { runFolder, type RunFolder } from '../run/folder.js';
import { LogWriter } from '../run/log/log.js';
import type { ProcessIdentity } from '../node/processes/process.js';
import { openHome } from '../run/openRuns.js';
import { OpenedRun } from '../run/openedRun.js';
import type { RunRecord } from '../run/record.js';
import { readMovedRecord } from '../run/experiment/relocate.js';
import { readRun, type DamagedRun, type Run } from '../run/run.js';
import { findCards } from '../machine/cards.js';
import { AnswerStore } from './answers/answerStore.js';
import type { Dataset } from './data/dataset.js';
import { loadDataset } from './data/datasets.js';
import { DecodedStore } from './data/decodedStore.js';
import { dataWarnings } from './data/dataWarnings.js';
import { chosenEngine } from './chosenEngine.js';
import { cardOf, DeviceWatch } from './deviceWatch.js';
import type { Engine } from './engines/engine.js';
import type { OnProgress } from './progress.js';
import { evaluateRun } from './evaluateRun.js';
import { Journal } from './training/journal.js';
import { keepPictures, pictureNames } from './evaluation/keepPictures.js';
import { createModel } from './models/create.js';
import type { PictureShape } from './models/model.js';
import type { NetworkContext } from './networks/context.js';
import { Pictures } from './networks/pictures.js';
import { createSession, type SessionPlan } from './training/session.js';
import { Say } from './say.js';
import { watchForStop } from './stopSignal.js';
import { threadsFor, threadsWords } from './threads.js';
import { train } from './training/train.js';

/**
 * A trainer: turns a run folder with a spec into a run folder with results, and needs nothing but the folder.
 *   node trainer.js <run folder>
 * Exit codes: 0 finished or stopped, 1 failed (the log says why), 2 there was nothing it could train.
 */
async function main(path: string | undefined): Promise<number> {
  if (path === undefined) {
    console.error('usage: trainer <run folder>');
    return 2;
  }
  try {
    const run = await OpenedRun.open(runFolder(path));
    const hold = await claim(run);
    process.on('exit', () => {
      hold.release();
    });
    // Only now nobody else can finish it: whoever started this trainer may have looked before another was done.
    const before = await readRun(run.paths);
    if (before.kind === 'run' && before.state.state === 'finished') {
      console.log('The run is finished: there is nothing to train.');
      return 0;
    }
    const home = await openHome(dirname(run.paths.path));
    return await trainClaimed({ run, home, before }, hold);
  } catch (error) {
    // There is no log to write to, or it cannot be written: what is left is the process's own output.
    console.error(formatProblem(problemOf(error)));
    return 2;
  }
}

async function trainClaimed(
  { run, home, before }: { run: OpenedRun; home: OpenedFolder; before: Run | DamagedRun },
  { owner, notHeld }: Hold,
): Promise<number> {
  const folder = run.paths;
  const record = await readMovedRecord(folder);
  const runsDir = dirname(folder.path);
  const journal = new Journal(LogWriter.open(run), record.spec.train.batchSize);
  const stop = watchForStop(run);
  // trainer.log is read in terminals, and names of others are in it.
  const print = (text: string): void => console.log(harmlessLines(text));
  const say = new Say(journal, print);
  const began: { from: Reached | null } = { from: null };
  let watch: DeviceWatch | null = null;
  if (notHeld !== null) say.note(signsOfLifeWords(notHeld));
  try {
    const choice = await engineOf(folder, record);
    const cards = await findCards();
    const card = cardOf(cards);
    watch = card === null ? null : new DeviceWatch(card, journal);
    const onProgress = progressTo(journal);
    const { spec } = record;
    const preparing = stoppable(onProgress, stop.signal);
    const cache = cacheIn(home, runsDir);
    const cached = { cache, note: say.note };
    const decoded = new DecodedStore(cached);
    const dataset = await loadDataset(spec.data, {
      dataFolder: dataFolder(runsDir),
      decoded,
      say,
      onProgress: preparing,
    });
    const { height, width, channels, classes } = dataset;
    const picture: PictureShape = { height, width, channels, classes: classes.length };
    dataWarnings(dataset, spec).forEach(say.warn);
    const threads = threadsFor(threadsBefore(before));
    const engine = await chosenEngine(choice, { spec, picture, cards, threads: threads.count, say: print });
    const { insteadOf } = threads;
    if (insteadOf !== null && engine.name === 'onnx/cpu') say.note(threadsWords({ count: threads.count, insteadOf }));
    const onPlan = (plan: SessionPlan): void => {
      began.from = { step: plan.resumedFrom, seconds: plan.seconds };
      journal.write(startedEntry({ plan, record, owner, engine, threads: threads.count, runsDir, dataset, picture }));
      say.begin();
      watch?.start();
      // Beside the training, which neither waits for it nor needs it; the process does not end before it is done.
      void keepPictures({ runsDir, cache }, { data: spec.data, dataset }, (text) => console.error(text));
    };
    const context: NetworkContext = {
      engine,
      threads: threads.count,
      picture,
      pictures: new Pictures(dataset, dataWords(spec.data)),
      store: new AnswerStore({ ...cached, onProgress: preparing }),
      note: say.note,
      warn: say.warn,
    };
    if (spec.trainable === 'none') {
      onPlan({ stepsPerEpoch: 0, resumedFrom: 0, seconds: 0 });
      await evaluateRun({ run, spec, dataset, context }, journal);
    } else {
      const made = { folder, record, dataset, context };
      const session = await createSession(made, { onPlan, onWeights: say.weights });
      print(await train(session, { run, record, journal, stop: stop.signal, onProgress, warn: say.warn }));
      await session.dispose();
    }
    await engine.dispose();
    return 0;
  } catch (error) {
    say.begin();
    const isAsked = stop.signal.aborted && !(stop.signal.reason instanceof ProblemError);
    if (isAsked && error === stop.signal.reason) {
      journal.write({ type: 'stopped', time: Date.now(), ...(began.from ?? (await reachedBefore(folder))) });
      return 0;
    }
    const problem = problemOf(error);
    console.error(error instanceof Error ? error.stack : formatProblem(problem));
    if (!run.isDeleted()) journal.write({ type: 'failed', time: Date.now(), problem });
    return 1;
  } finally {
    watch?.stop();
    stop.dispose();
    journal.close();
  }
}

const signsOfLifeWords = (why: string): string =>
  `The system does not lock this run folder (${why}): another machine or container tells from the log alone whether this trainer lives.`;

/** Where a run stands. */
interface Reached {
  readonly step: number;
  readonly seconds: number;
}

/** The threads that the run was begun with, where there is something of it that counts. */
function threadsBefore(run: Run | DamagedRun): number | null {
  return run.kind === 'run' && run.state.checkpointStep !== null ? run.state.threads : null;
}

/** Where an earlier process left a run, for one that leaves before it has read the checkpoint. */
async function reachedBefore(folder: RunFolder): Promise<Reached> {
  const run = await readRun(folder);
  if (run.kind === 'damaged') return { step: 0, seconds: 0 };
  return { step: run.state.checkpointStep ?? 0, seconds: run.state.seconds };
}

function startedEntry({
  plan,
  record,
  owner,
  engine,
  threads,
  runsDir,
  dataset,
  picture,
}: {
  plan: SessionPlan;
  record: RunRecord;
  owner: ProcessIdentity;
  engine: Engine;
  threads: number;
  runsDir: string;
  dataset: Dataset;
  picture: PictureShape;
}): Entry {
  const { spec } = record;
  const pictures = pictureNames(runsDir, { data: spec.data, dataset });
  return {
    type: 'started',
    time: Date.now(),
    version: 1,
    ...owner,
    engine: engine.name,
    device: engine.device,
    threads,
    parameters: parameterCount(spec, picture),
    steps: spec.train.epochs * plan.stepsPerEpoch,
    stepsPerEpoch: plan.stepsPerEpoch,
    examples: {
      train: dataset.train.labels.length,
      validation: dataset.validation.labels.length,
      test: dataset.test.labels.length,
    },
    resumedFrom: plan.resumedFrom,
    classes: [...dataset.classes],
    picture: { height: picture.height, width: picture.width, channels: picture.channels },
    pictures,
  };
}

/** Of the whole network; an ONNX file does not tell, and counts 0. */
function parameterCount({ model }: RunSpec, picture: PictureShape): number {
  if (model.kind === 'onnx') return 0;
  const sizes = createModel(model, picture).parameters.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Milliseconds between two entries about the same long work. */
const progressInterval = 200;

/** Logs long work that is not training. */
function progressTo(journal: Journal): (what: string) => OnProgress {
  return (what) => {
    let last = performance.now();
    return (done, total) => {
      const now = performance.now();
      if (now - last < progressInterval) return;
      last = now;
      journal.write({ type: 'progress', time: Date.now(), what, done, total });
    };
  };
}

/** The same, for work before training: where a stop is wanted it ends there, for nothing is lost. */
function stoppable(onProgress: (what: string) => OnProgress, stop: AbortSignal): (what: string) => OnProgress {
  return (what) => {
    const report = onProgress(what);
    return (done, total) => {
      stop.throwIfAborted();
      report(done, total);
    };
  };
}

process.exitCode = await main(process.argv[2]);
