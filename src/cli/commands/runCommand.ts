import { dirname } from 'node:path';
import { verdictOf } from '../../core/evaluation/verdict.js';
import type { EngineChoice } from '../../core/spec/parts/engine.js';
import { formatProblem, ProblemError } from '../../core/problem.js';
import { cardPool } from '../../launch/cardPool.js';
import type { Checker } from '../../launch/checkRuns.js';
import { runsAtChance } from '../../launch/chanceRuns.js';
import { compareStudents } from '../../launch/compareStudents.js';
import { gitState } from '../../launch/gitState.js';
import type { Launcher } from '../../launch/launcher.js';
import { runQueue } from '../../launch/queue.js';
import type { QueueEvent, RunOutcome } from '../../launch/queueEvent.js';
import { LaunchingWorker } from '../../launch/worker.js';
import type { OpenedFolder } from '../../node/files/openedFolder.js';
import { openRuns } from '../../run/openRuns.js';
import { noteProblems, planWords, readExperiment } from '../experimentSource.js';
import type { Output } from '../output.js';
import { followUp, type Runs } from '../runReference.js';
import { createRunView, stepWords } from '../runView.js';
import { Stopper } from '../stopper.js';
import { summaryText } from '../summary.js';
import { verdictJson } from '../verdictJson.js';

export interface RunRequest {
  /** The experiment file, as it was typed. */
  readonly name: string;
  readonly runs: Runs;
  readonly only: readonly string[];
  readonly force: boolean;
  /** What computes, in place of what the experiment says. */
  readonly engine: EngineChoice | null;
  /** Trainers at a time; null for as many as there are NVIDIA cards, and at least one. */
  readonly parallel: number | null;
  readonly json: boolean;
  readonly launcher: Launcher;
  readonly checker: Checker;
  /** Of the software that trains: written into the record of each run. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * `distillery run`: trains what an experiment asks for and is not there yet, shows how it goes, and ends with the table
 * of all its runs and the paired tests of its students.
 * @returns the exit code: 0 when every run is finished
 * @throws ProblemError when not even the first run could be begun
 */
export async function runCommand(request: RunRequest, output: Output): Promise<number> {
  const { name, runs, only, force, json, launcher, versions, engine } = request;
  const { current, runsDir } = runs;
  const { checker } = request;
  const source = await readExperiment({ name, current, runsDir, only, engine, reuse: !force, checker }, output);
  noteProblems(source, { name, output });
  const { file, sound } = source;
  if (sound === null) return 2;
  const { experiment, plan } = sound;
  const origin = {
    experiment: { name: experiment.name, file },
    git: await gitState(dirname(file)),
    versions: { ...versions },
    execution: {
      engine: engine ?? experiment.engine,
      checkpointSeconds: experiment.checkpointSeconds,
      keep: experiment.keep,
    },
  };
  if (!json) output.note(`${experiment.name}: ${planWords(plan)} in ${runs.runsDir}`);

  const cards = await cardPool(engine ?? experiment.engine);
  const parallel = request.parallel ?? Math.max(1, cards.size);
  const view = createRunView({ json }, output);
  const stopper = new Stopper({ launcher, view });
  const begun = new Set<string>();
  const onEvent = (event: QueueEvent): void => {
    if (event.kind === 'started' || event.kind === 'resumed') stopper.begun(event.folder);
    if (event.kind === 'entry') begun.add(event.run.key);
    if (event.kind === 'ended') stopper.ended(event.folder);
    view.show(event);
  };
  const { signal } = stopper;
  let outcomes: readonly RunOutcome[];
  let opened: OpenedFolder | null = null;
  try {
    opened = await openRuns(runs.runsDir, { make: true });
    const worker = new LaunchingWorker({
      runs: opened,
      launcher,
      origin,
      force,
      engine,
      cards,
      signal,
      onEvent,
    });
    outcomes = await runQueue(plan, { worker, parallel, signal, onEvent });
  } catch (error) {
    if (begun.size === 0 || !(error instanceof ProblemError)) throw error;
    view.note(formatProblem(error.problem));
    return 1;
  } finally {
    view.close();
    stopper.dispose();
    await opened?.close();
  }
  return report(outcomes, request, output);
}

/** Says what came of it all, and what can be done next. */
async function report(outcomes: readonly RunOutcome[], { runs, json }: RunRequest, output: Output): Promise<number> {
  const { comparisons, verdict, problems } = await compareStudents(outcomes);
  if (json) {
    for (const { student, baseline, comparison } of comparisons) {
      output.result(
        JSON.stringify({ event: 'comparison', run: student, baseline, verdict: verdictOf(comparison), ...comparison }),
      );
    }
    if (verdict !== null) output.result(JSON.stringify({ event: 'verdict', ...verdictJson(verdict, comparisons) }));
  } else {
    output.result(summaryText(outcomes, { comparisons, verdict, atChance: await runsAtChance(outcomes) }));
  }
  for (const problem of problems) output.note(formatProblem(problem));
  const unfinished = outcomes.filter((outcome) => outcome.kind === 'skipped' || outcome.state.state !== 'finished');
  for (const outcome of unfinished) {
    if (outcome.kind === 'skipped' || outcome.state.state !== 'stopped') continue;
    const command = followUp('resume', outcome.folder, runs);
    output.note(
      `Stopped at step ${stepWords(outcome.state)}. Resume with: ${command}, or run the same experiment again.`,
    );
  }
  if (!json) output.note(`The runs are in ${runs.runsDir}.${nextWords(outcomes, runs)}`);
  return unfinished.length === 0 && problems.length === 0 ? 0 : 1;
}

/** A command to look closer at the last run that there is. */
function nextWords(outcomes: readonly RunOutcome[], runs: Runs): string {
  const last = outcomes.filter((outcome) => outcome.kind !== 'skipped').at(-1);
  return last === undefined ? '' : ` Look closer: ${followUp('show', last.folder, runs)}`;
}
