import { chanceWords, isAtChance, type TestSet } from '../../src/core/evaluation/testSet.js';
import { assertNever, type Problem } from '../../src/core/problem.js';
import { remedyOf, remedyTitle } from '../../src/core/remedy.js';
import { isSilent, isYetToCome } from '../../src/core/silence.js';
import type { PanelRun, RunCommandName, RunStatus } from '../../src/panel/protocol.js';
import { count, duration } from '../../src/core/words.js';
import type { RunData } from '../store.js';

/** The one thing to do next about a run. */
export interface NextAction {
  readonly command: RunCommandName;
  readonly run: string;
  readonly text: string;
  readonly title: string;
}

/** How a run is, for a person: a mark, a word, what is to be added, and what to do. */
export interface Situation {
  readonly mark: string;
  readonly word: string;
  readonly more: string | null;
  /** Whether it ended, but its result is worth nothing. */
  readonly isDoubtful?: boolean;
  readonly action: NextAction | null;
  /** What helps first where a run failed. */
  readonly help?: NextAction | null;
}

/** Silence that is told to the second. Whatever is longer may also be a clock that was wrong. */
const longestSilence = 30 * 24 * 3600;

export interface SituationFacts {
  /** Of the run, to say what it waits for. */
  readonly teachers: readonly RunData[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly mayRun: boolean;
  /** Of a finished run: what its result is measured against; null while that is not known. */
  readonly testSet: TestSet | null;
}

/** What is so of a run, and what to do next. */
export function situationOf(
  { run, status }: Pick<RunData, 'run' | 'status'>,
  { teachers, now, mayRun, testSet }: SituationFacts,
): Situation {
  const resume = (verb: string): NextAction | null =>
    mayRun ? { command: 'resume', run: run.key, text: 'Resume', title: `${verb} ${resumePlace(status)}` } : null;
  if (status === null) return { mark: '◌', word: 'Reading', more: null, action: null };
  switch (status.state) {
    case 'waiting':
      return { mark: '○', ...waiting(teachers) };
    case 'running':
      return {
        mark: '●',
        word: 'Running',
        more: status.lastTime === null ? null : silenceWords({ time: status.lastTime, now }),
        action: mayRun
          ? { command: 'stop', run: run.key, text: 'Stop', title: 'Finish the step, save and stop; it can be resumed' }
          : null,
      };
    case 'finished':
      return finished(status, testSet);
    case 'stopped':
      return {
        mark: '■',
        word: `Stopped at step ${count(status.step)}`,
        more: null,
        action: resume('Go on'),
      };
    case 'failed':
      return {
        mark: '✕',
        word: status.started === null ? 'Failed' : `Failed at step ${count(status.step)}`,
        more: null,
        ...failed(run, status.problem, { tryAgain: resume('Try again'), mayRun }),
      };
    case 'interrupted':
      return {
        mark: '!',
        word: `Interrupted at step ${count(status.step)}`,
        more: 'its process has ended',
        ...failed(run, status.problem, { tryAgain: resume('Go on'), mayRun }),
      };
    default:
      return assertNever(status.state);
  }
}

/** How long a trainer that runs has said nothing; null where it has just said something. */
function silenceWords(last: { time: number; now: number }): string | null {
  if (isYetToCome(last)) return 'its last sign of life has a time that is yet to come: a clock was wrong';
  if (!isSilent(last)) return null;
  const seconds = Math.floor((last.now - last.time) / 1000);
  return `nothing heard for ${seconds > longestSilence ? 'more than 30 days' : duration(seconds)}`;
}

/** A run that learned nothing has ended, but is no success. */
function finished({ seconds, test }: RunStatus, testSet: TestSet | null): Situation {
  const took = `in ${duration(seconds)}`;
  if (test === null || testSet === null || !isAtChance(test, testSet)) {
    return { mark: '✓', word: 'Finished', more: took, action: null };
  }
  return { mark: '⚠', word: 'Finished', more: `${took}, ${chanceWords(testSet)}`, isDoubtful: true, action: null };
}

/** Where a run would begin that is taken up again. */
function resumePlace(status: RunStatus | null): string {
  const step = status?.checkpointStep ?? null;
  return step === null ? 'from the start: no checkpoint was written yet' : `from the checkpoint at step ${count(step)}`;
}

/** What helps against the problem that ended a run, and to try again where that could be of use. */
function failed(
  run: PanelRun,
  problem: Problem | null,
  { tryAgain, mayRun }: { tryAgain: NextAction | null; mayRun: boolean },
): Pick<Situation, 'action' | 'help'> {
  if (problem === null) return { action: tryAgain };
  const context = { data: run.record.spec.data, hasFile: run.record.experiment.file !== null };
  const remedy = remedyOf(problem, context);
  const text = remedyTitle(remedy, context);
  switch (remedy) {
    case 'output':
      return {
        action: tryAgain,
        help: { command: 'showOutput', run: run.key, text, title: 'Open what the trainer wrote' },
      };
    case 'settings': {
      const title = 'Resumed with the same settings, the run would fail again: change them in the experiment';
      return { action: { command: 'openExperiment', run: run.key, text, title } };
    }
    case 'previous':
      // Resumed as it is, the run would fail again.
      return {
        action: null,
        help: mayRun ? { command: 'fix', run: run.key, text, title: fixTitles[remedy] } : null,
      };
    case 'fetch':
    case 'locate':
    case 'space':
    case 'engines':
      return {
        action: tryAgain,
        help: mayRun ? { command: 'fix', run: run.key, text, title: fixTitles[remedy] } : null,
      };
    default:
      return assertNever(remedy);
  }
}

const fixTitles = {
  fetch: 'Bring the data set here, then run the experiment',
  locate: 'Choose the file or folder, and write it into the experiment',
  space: 'See what takes room here, and delete what is not needed',
  previous: 'Put the damaged checkpoint aside, and resume from the one that was saved before it',
  engines: 'See what this machine can compute with',
} as const;

function waiting(teachers: readonly RunData[]): Omit<Situation, 'mark'> {
  const teacher = teachers.find(({ status }) => status?.state !== 'finished');
  if (teacher === undefined) return { word: 'Waiting for its turn', more: null, action: null };
  const { status, run } = teacher;
  const how =
    status?.state === 'running' && status.epochs > 0
      ? `epoch ${Math.min(status.epoch + 1, status.epochs)}/${status.epochs}`
      : (status?.state ?? 'not read yet');
  return {
    word: `Waiting for ${run.record.spec.name} (${how})`,
    more: null,
    action: { command: 'openRun', run: run.key, text: 'Open teacher', title: 'Open the run that this one waits for' },
  };
}
