import { labelText } from '../../core/foreignText.js';
import type { PlannedRun } from '../../core/spec/plan.js';
import { roles, type Role } from '../../core/spec/spec.js';
import { count, counted } from '../../core/words.js';
import { mostShown } from '../../serve/panelProblems.js';
import { outcomeWords, runTitle, type WholeRun } from '../workspace/listedRun.js';
import { studentResult, type ExperimentResult } from './resultWords.js';

/** A line above an experiment: what it says, and what a click on it does. */
export interface Lens {
  readonly title: string;
  readonly tooltip: string;
  readonly command: string;
  readonly arguments: readonly unknown[];
}

export interface LensSources {
  /** Absolute path of the experiment file. */
  readonly file: string;
  /** How many things are wrong with it. */
  readonly problems: number;
  readonly plan: readonly PlannedRun[];
  /** All runs that are known. */
  readonly runs: readonly WholeRun[];
  /** Whether the experiment is being run, or waits for another. */
  readonly busy: boolean;
  readonly trusted: boolean;
}

/** What stands above an experiment: what it can be told to do, how far it is, and what came of it. */
export function lensesOf(sources: LensSources): Lens[] {
  const { file, problems, busy, trusted } = sources;
  const own = sources.runs.filter(({ experimentFile }) => experimentFile === file);
  const last = resultLenses(own, sources);
  if (problems > 0) return [problemLens(problems), ...last];
  const running = own.filter(({ summary }) => summary.state === 'running');
  if (busy || running.length > 0) return [...runningLenses(running, sources), ...last];
  return [...(trusted ? startLenses(sources) : [trustLens]), ...last];
}

function problemLens(problems: number): Lens {
  return {
    title: `$(error) ${counted(problems, 'problem')}`,
    tooltip: 'Nothing can be run until they are fixed. Show them.',
    command: 'workbench.actions.view.problems',
    arguments: [],
  };
}

const trustLens: Lens = {
  title: '$(shield) Trust this workspace to run',
  tooltip: 'An experiment starts processes on your machine: they are not started for a workspace that is not trusted.',
  command: 'workbench.trust.manage',
  arguments: [],
};

function runningLenses(running: readonly WholeRun[], { file, plan, runs, trusted }: LensSources): Lens[] {
  const [first] = running;
  const share = plan.reduce((sum, planned) => sum + doneShare(planned, runs), 0) / Math.max(1, plan.length);
  const told = running.map(({ record, summary }) => `${runTitle(record.spec)}: ${outcomeWords(summary)}`);
  const shown: Lens = {
    title: first === undefined ? '$(clock) Waiting' : `$(sync~spin) Running ${Math.floor(100 * share)} %`,
    tooltip: first === undefined ? 'Its turn has not come yet.' : told.join('\n'),
    command: first === undefined ? 'distillery.experiments.focus' : 'distillery.openRun',
    arguments: first === undefined ? [] : [first.folder.path],
  };
  const stop: Lens = {
    title: '$(debug-stop) Stop',
    tooltip: 'The trainer saves and leaves; running it again goes on from there.',
    command: 'distillery.stopExperiment',
    arguments: [file],
  };
  return trusted ? [shown, stop] : [shown];
}

/** How much of a planned run is there, 0 to 1: of the run with its spec that is furthest. */
function doneShare({ specHash }: PlannedRun, runs: readonly WholeRun[]): number {
  const same = runs.filter(({ record }) => record.specHash === specHash);
  return Math.max(0, ...same.map(({ summary }) => (summary.state === 'finished' ? 1 : (summary.fraction ?? 0))));
}

function startLenses({ file, plan, runs }: LensSources): Lens[] {
  const students = plan.filter(({ spec }) => spec.role === 'student');
  const [first] = students;
  const done = plan.filter((planned) => doneShare(planned, runs) === 1).length;
  const there = done === 0 ? '' : ` ${count(done)} of them ${done === 1 ? 'is' : 'are'} there already.`;
  const run = (title: string, tooltip: string, only?: readonly string[]): Lens => ({
    ...{ title, tooltip, command: 'distillery.runExperiment' },
    arguments: only === undefined ? [file] : [file, { only }],
  });
  const all = `Train ${planWords(plan)}.${there}`;
  if (first === undefined || students.length === 1) {
    return [
      run('$(play) Run', all),
      run('Run only the student', 'Train the student, and the teachers it needs, without the baseline.', ['student']),
    ];
  }
  const sample = [first.key, ...(first.baseline === null ? [] : [first.baseline])];
  return [
    run(`$(play) Sweep ${count(plan.length)} runs`, all),
    run('Run only the first student', `Train ${first.key}, and what it needs to be compared.`, sample),
    {
      ...{ title: 'Run only…', tooltip: 'Choose among the runs.' },
      ...{ command: 'distillery.runOnly', arguments: [file] },
    },
  ];
}

/** `9 runs: 1 teacher, 4 baselines, 4 students`. */
function planWords(plan: readonly PlannedRun[]): string {
  const number = (role: Role): number => plan.filter(({ spec }) => spec.role === role).length;
  const parts = roles.filter((role) => number(role) > 0).map((role) => counted(number(role), role));
  return `${counted(plan.length, 'run')}: ${parts.join(', ')}`;
}

/** What came of the students; of what else has ended while none of them is finished. None while nothing has. */
function resultLenses(own: readonly WholeRun[], sources: Pick<LensSources, 'runs' | 'plan'>): Lens[] {
  const result = studentResult(own, sources) ?? otherResult(own);
  const [first, ...more] = result?.runs ?? [];
  if (result === null || first === undefined) return [];
  const { record, summary, folder } = first;
  const told = result.runs.map((run) => `${runTitle(run.record.spec)}: ${outcomeWords(run.summary)}`);
  if (more.length === 0 || result.runs.length > mostShown) {
    const tooltip = `${runTitle(record.spec)}: ${outcomeWords(summary)}\nOpen it.`;
    return [{ title: labelText(result.text), tooltip, command: 'distillery.openRun', arguments: [folder.path] }];
  }
  const paths = result.runs.map((run) => run.folder.path);
  const tooltip = [...told, 'Compare them.'].join('\n');
  return [{ title: labelText(result.text), tooltip, command: 'distillery.compareRuns', arguments: [paths] }];
}

/** `teacher 112 test errors`, `student failed`. */
function otherResult(own: readonly WholeRun[]): ExperimentResult | null {
  const ended = own.filter(({ summary }) => ['finished', 'failed'].includes(summary.state));
  const last = latest(ended.filter(({ record }) => record.spec.role === 'student')) ?? latest(ended);
  if (last === null) return null;
  const { record, summary } = last;
  const { role } = record.spec;
  const text =
    summary.test === null ? `${role} ${summary.state}` : `${role} ${counted(summary.test.errors, 'test error')}`;
  return { text, runs: [last] };
}

function latest(runs: readonly WholeRun[]): WholeRun | null {
  const time = ({ summary }: WholeRun): number => summary.lastTime ?? 0;
  return runs.reduce<WholeRun | null>((best, run) => (best !== null && time(best) >= time(run) ? best : run), null);
}
