import { gradientTerms, type GradientTerms } from '../../core/losses/gradientTerms.js';
import { recordOf, stepMetrics } from '../../core/metrics.js';
import { ProblemError, type Problem } from '../../core/problem.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { RunFolder } from '../../run/folder.js';
import type { RunRecord } from '../../run/record.js';
import { readRun } from '../../run/run.js';
import { thinIn, type JudgedEpoch } from '../../run/logits/thinLogits.js';
import { dropPrevious, writeCheckpoint, type Position } from './checkpoint.js';
import { gradientProducts, productsAt } from '../distillation/termGradients.js';
import type { OnProgress } from '../progress.js';
import type { NamedValues } from '../engines/engine.js';
import { added, averaged, noSums } from './epochSums.js';
import type { Journal, StepReport, StepValues } from './journal.js';
import { measure, type Measured } from '../evaluation/measure.js';
import { warnOfResult } from '../evaluation/resultWarnings.js';
import { Pace } from './pace.js';
import type { Session } from './session.js';

/** What a run ended with. */
export type Outcome = 'finished' | 'stopped';

export interface TrainContext {
  readonly run: OpenedRun;
  readonly record: RunRecord;
  readonly journal: Journal;
  /** Aborted when a person, or the system, wants the trainer to leave after its step. */
  readonly stop: AbortSignal;
  readonly onProgress: (what: string) => OnProgress;
  /** Takes what a person must see although the run goes on. */
  readonly warn: (warning: Problem) => void;
}

/**
 * Trains from where the session stands to the last epoch, or until it is asked to stop or its folder is moved. Every epoch ends with an
 * evaluation whose logits go to disk, and with a checkpoint; a stop leaves one as well. Whatever happens between two
 * checkpoints is done again, to the same bits, by whoever resumes.
 */
export async function train(session: Session, context: TrainContext): Promise<Outcome> {
  const { run, record, journal, stop } = context;
  const { stepsPerEpoch, feed, trainSteps } = session;
  const { epochs } = record.spec.train;
  const begun = performance.now() - 1000 * session.position.seconds;
  const seconds = (): number => (performance.now() - begun) / 1000;
  let position = session.position;
  let saved = performance.now();
  /** Two checkpoints of one step would be no two generations. */
  let savedStep = position.step === 0 ? null : position.step;
  const pace = new Pace(trainSteps.most);

  const save = async (): Promise<void> => {
    position = { ...position, seconds: seconds() };
    // What is in the checkpoint is not made again, so it must be in the log first, and on the disk.
    journal.sync();
    await writeCheckpoint(run, { position, tensors: await session.read(position.step) }, session.shapes);
    journal.write({ type: 'checkpoint', time: Date.now(), step: position.step, file: 'checkpoint.safetensors' });
    saved = performance.now();
    savedStep = position.step;
  };

  const history: JudgedEpoch[] = await epochsBefore(context.run.paths, position.step);
  /** What is over stays as far as the run is asked to keep it. A file that cannot be deleted is no reason to end. */
  const thin = async (epoch: JudgedEpoch): Promise<void> => {
    history.push(epoch);
    try {
      await thinIn(await context.run.logits(), { history, logits: record.execution.keep?.logits ?? 'all' });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      context.warn(error.problem);
    }
  };

  const restartClocks = (): void => {
    journal.restartClock();
    pace.restart();
  };
  restartClocks();
  while (position.step < epochs * stepsPerEpoch) {
    if (stop.aborted) {
      // A folder that was moved takes what is done with it; one that was deleted takes nothing.
      if (!run.isDeleted() && savedStep !== position.step) await save();
      if (stop.reason instanceof ProblemError) throw stop.reason;
      journal.write({ type: 'stopped', time: Date.now(), step: position.step, seconds: seconds() });
      return 'stopped';
    }
    const first = position.step + 1;
    const count = pace.steps(stepsPerEpoch - (position.step % stepsPerEpoch));
    const learningRates = await feed.fill(first, count);
    const outputs = await trainSteps.run(feed.values, count);
    const reports = learningRates.map((learningRate, index) =>
      reportOf(outputs, { index, step: first + index, learningRate, batchSize: session.batchSize }),
    );
    journal.steps(reports);
    position = { ...position, step: position.step + count, sums: reports.reduce(added, position.sums) };
    pace.made(count);

    if (position.step % stepsPerEpoch === 0) {
      const measured = await endEpoch(session, context, { position, seconds });
      position = { ...position, sums: noSums, test: measured.test };
      await save();
      // Only now: whoever resumes an earlier checkpoint would miss what was the last epoch there.
      await thin({ epoch: position.step / stepsPerEpoch, validation: measured.validation });
      restartClocks();
    } else if (performance.now() - saved >= 1000 * record.execution.checkpointSeconds) {
      await save();
      restartClocks();
    }
  }
  const lost = run.lost();
  if (lost !== null) throw lost;
  if (position.test === null) throw new Error('the checkpoint of the last step has no test metrics');
  const { classes } = session.dataset;
  await warnOfResult(run.paths, { spec: record.spec, epoch: epochs, classes, warn: context.warn });
  journal.write({ type: 'finished', time: Date.now(), step: position.step, seconds: seconds(), test: position.test });
  // The last checkpoint was read back when it was written.
  await dropPrevious(run);
  return 'finished';
}

/** Epochs that were over at a step, as the log has them. */
async function epochsBefore(folder: RunFolder, step: number): Promise<JudgedEpoch[]> {
  if (step === 0) return [];
  const run = await readRun(folder);
  return run.kind === 'run' ? run.state.history.filter((epoch) => epoch.step <= step) : [];
}

/** Measures the student on every split there is, keeps its logits and logs the epoch. */
async function endEpoch(
  session: Session,
  { run, journal, onProgress }: TrainContext,
  { position, seconds }: { position: Position; seconds: () => number },
): Promise<Measured> {
  const epoch = position.step / session.stepsPerEpoch;
  journal.flush();
  const measured = await measure(run, {
    epoch,
    dataset: session.dataset,
    logitsOf: (split) => session.evaluate(split, onProgress(`evaluating on ${split}`)),
    softOn: (split) => session.softAt(position.step, split),
  });
  journal.write({
    type: 'epoch',
    time: Date.now(),
    epoch,
    step: position.step,
    train: averaged(position.sums, session.batchSize),
    ...measured,
    seconds: seconds(),
  });
  return measured;
}

function reportOf(
  outputs: NamedValues,
  { index, step, learningRate, batchSize }: { index: number; step: number; learningRate: number; batchSize: number },
): StepReport {
  const value = (name: string): number => {
    const number = outputs[name]?.[index];
    if (number === undefined) throw new Error(`the training step has no output "${name}"`);
    return number;
  };
  const loss = value('loss');
  if (!Number.isFinite(loss)) {
    const isTeaching = outputs.distillationLoss !== undefined && Number.isFinite(value('studentLoss'));
    throw isTeaching ? notTaught({ step, studentLoss: value('studentLoss') }) : diverged({ step, learningRate });
  }
  const measured: Partial<StepValues> = recordOf(
    stepMetrics.filter((name) => outputs[name] !== undefined),
    value,
  );
  const products = outputs[gradientProducts];
  const pulls = products === undefined ? {} : pullsOf(gradientTerms(productsAt(products, 4 * index), { n: batchSize }));
  return { step, metrics: { ...measured, ...pulls, loss, learningRate }, correct: value('correct') };
}

const pullsOf = ({ distillation, student, cosine }: GradientTerms) => ({
  distillationGradient: distillation,
  studentGradient: student,
  gradientCosine: cosine,
});

const diverged = ({ step, learningRate }: { step: number; learningRate: number }): ProblemError =>
  new ProblemError({
    code: 'diverged',
    message: `The loss is no longer a finite number at step ${step.toString()}, at a learning rate of ${learningRate.toPrecision(3)}: the training has diverged.`,
    fix: 'Use a smaller learning rate, a warm-up, or with snippet a lower temperature; the last checkpoint is from before.',
  });

/** The student's own loss is finite: it is not its learning that has diverged. */
const notTaught = ({ step, studentLoss }: { step: number; studentLoss: number }): ProblemError =>
  new ProblemError({
    code: 'teaching-diverged',
    message: `The distillation loss is no longer a finite number at step ${step.toString()}, while the student's own loss is (${studentLoss.toPrecision(4)}): a teacher answers with numbers that are not finite, or so large that the loss overflows.`,
    fix: 'Look at the teacher on these pictures, as they are changed by `augment`, or use another `temperature`; the last checkpoint is from before.',
  });
