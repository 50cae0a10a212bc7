import { chanceWords, isAtChance, type TestSet } from '../../src/core/evaluation/testSet.js';
import { assertNever } from '../../src/core/problem.js';
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
}

/** Silence of a running trainer after which it is said: it writes at least every five seconds. */
export const staleSeconds = 15;

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
    case 'running': {
      const silent = (now - (status.lastTime ?? now)) / 1000;
      return {
        mark: '●',
        word: 'Running',
        more: silent > staleSeconds ? `nothing heard for ${duration(Math.floor(silent))}` : null,
        action: mayRun
          ? { command: 'stop', run: run.key, text: 'Stop', title: 'Finish the step, save and stop; it can be resumed' }
          : null,
      };
    }
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
        action: wantsOtherSettings({ run, status }) ? otherSettings(run) : resume('Try again'),
      };
    case 'interrupted':
      return {
        mark: '!',
        word: `Interrupted at step ${count(status.step)}`,
        more: 'its process is gone',
        action: resume('Go on'),
      };
    default:
      return assertNever(status.state);
  }
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

/** Problems that the same settings meet again, whatever is mended around them, and that name no setting. */
const bySettings: ReadonlySet<string> = new Set(['diverged', 'untrained-head', 'wrong-teacher']);

/** Whether a run that failed would fail again if it were resumed, and there is an experiment to change. */
function wantsOtherSettings({ run, status }: { run: PanelRun; status: RunStatus }): boolean {
  const { problem } = status;
  if (problem === null || run.record.experiment.file === null) return false;
  return problem.place?.path !== undefined || bySettings.has(problem.code);
}

function otherSettings(run: PanelRun): NextAction {
  return {
    command: 'openExperiment',
    run: run.key,
    text: 'Open experiment',
    title: 'Resumed with the same settings, the run would fail again: change them in the experiment',
  };
}

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
