import { basename } from 'node:path';
import { continuedWords } from '../../core/continuedWords.js';
import type { Problem } from '../../core/problem.js';
import { roles, type Role } from '../../core/spec/spec.js';
import { counted, duration } from '../../core/words.js';
import { isResumable, outcomeWords, runLabel, runTitle, type ListedRun, type WholeRun } from './listedRun.js';
import { compareNames, compareRuns, matchesFilter, type RunOrder } from './runFilter.js';

/** What the tree is drawn from. */
export interface TreeInput {
  readonly runs: readonly ListedRun[];
  /** Absolute paths of the experiment files that there are. */
  readonly experiments: readonly string[];
  /** Absolute paths of the experiments that are being run, or wait to be. */
  readonly busy: ReadonlySet<string>;
  /** Students under the teacher they learned from. */
  readonly lineage: boolean;
  readonly filter: string;
  readonly order: RunOrder;
  /** Where an experiment file lies, in a few words: to tell files of one name apart. */
  readonly placeOf: (file: string) => string;
}

export interface RowIcon {
  readonly name: string;
  /** A colour of VS Code's, as `charts.purple`, or one of ours. */
  readonly color?: string;
}

/** One row: a plain value, so that two trees can be compared. */
export interface TreeRow {
  /** Stays the same for the same thing, whatever is shown of it. */
  readonly id: string;
  readonly target: RowTarget;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: RowIcon;
  /** Words that menus ask for: `run running`, `experiment file busy`. */
  readonly context: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly expanded: boolean;
  readonly children: readonly TreeRow[];
}

export type RowTarget =
  | { readonly kind: 'experiment'; readonly file: string | null; readonly runs: readonly WholeRun[] }
  | { readonly kind: 'group'; readonly role: Role }
  | { readonly kind: 'run'; readonly run: WholeRun }
  | { readonly kind: 'damaged'; readonly path: string; readonly problem: Problem };

/** One colour and one icon a role, as in the panel. */
const roleLooks: Readonly<Record<Role, { one: string; many: string; icon: string; color: string }>> = {
  teacher: { one: 'Teacher', many: 'Teachers', icon: 'mortar-board', color: 'charts.purple' },
  baseline: { one: 'Baseline', many: 'Baselines', icon: 'circle-large-outline', color: 'distillery.baseline' },
  student: { one: 'Student', many: 'Students', icon: 'person', color: 'charts.blue' },
};

interface Group {
  readonly name: string;
  readonly file: string | null;
  readonly runs: WholeRun[];
}

/** All rows: experiments with their runs, and at the end the runs that cannot be read. */
export function treeRows(input: TreeInput): TreeRow[] {
  const shown = input.runs
    .filter((run) => matchesFilter(run, input.filter))
    .sort((a, b) => compareRuns(a, b, input.order));
  const existing = new Set(input.experiments);
  const groups = new Map<string, Group>();
  for (const run of shown) {
    if (run.kind === 'damaged') continue;
    const { name, file } = run.record.experiment;
    const there = file !== null && existing.has(file);
    const key = file ?? `name:${name}`;
    const group = groups.get(key) ?? { name, file: there ? file : null, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  if (input.filter.trim() === '') {
    for (const file of input.experiments) {
      if (!groups.has(file)) groups.set(file, { name: experimentLabel(file), file, runs: [] });
    }
  }
  const experiments = [...groups].sort(([, a], [, b]) => compareGroups(a, b, input.order));
  const few = groups.size <= 4;
  return [
    ...experiments.map(([key, group]) => experimentRow(key, group, { ...input, few })),
    ...shown.filter((run) => run.kind === 'damaged').map(damagedRow),
  ];
}

/** `mnist-quick` of `/…/mnist-quick.distill.json`. */
export function experimentLabel(file: string): string {
  return basename(file).replace(/\.distill\.json$/, '');
}

/** Runs come sorted, so the first of a group stands for it; experiments without runs come last, by name. */
function compareGroups(a: Group, b: Group, order: RunOrder): number {
  const [first] = a.runs;
  const [other] = b.runs;
  const byName = compareNames(a.name, b.name);
  if (order === 'name' || (first === undefined && other === undefined)) return byName;
  if (first === undefined) return 1;
  if (other === undefined) return -1;
  return compareRuns(first, other, order) || byName;
}

function experimentRow(
  key: string,
  { name, file, runs }: Group,
  input: TreeInput & { readonly few: boolean },
): TreeRow {
  // VS Code keeps a row that it has drawn without children closed: with the first run it is another row.
  const id = `experiment:${key}${runs.length === 0 ? ':empty' : ''}`;
  const running = runs.filter(({ summary }) => summary.state === 'running').length;
  const busy = running > 0 || (file !== null && input.busy.has(file));
  const label = file === null ? name : experimentLabel(file);
  const sameLabel = input.experiments.filter((other) => experimentLabel(other) === label).length > 1;
  const parts = [
    file === null ? 'file is gone' : sameLabel ? input.placeOf(file) : null,
    running > 0 ? `${running} running` : busy ? 'queued' : null,
    runs.length === 0 ? 'no runs yet' : counted(runs.length, 'run'),
  ];
  const description = parts.filter((part) => part !== null).join(' · ');
  const context = [
    'experiment',
    file === null ? 'gone' : 'file',
    busy ? 'busy' : 'idle',
    runs.length > 1 ? 'several' : 'few',
  ];
  return {
    id,
    target: { kind: 'experiment', file, runs },
    label,
    description,
    tooltip: [name, file ?? 'The file it was run from is not there any more.', description].join('\n'),
    icon: busy ? { name: 'beaker', color: 'charts.green' } : { name: 'beaker' },
    context: context.join(' '),
    spoken: `Experiment ${label}, ${description}`,
    expanded: busy || input.few,
    children: input.lineage ? lineageRows(id, runs) : groupRows(id, runs),
  };
}

function groupRows(parent: string, runs: readonly WholeRun[]): TreeRow[] {
  return roles.flatMap((role) => {
    const members = runs.filter(({ record }) => record.spec.role === role);
    return members.length === 0
      ? []
      : [
          groupRow(
            parent,
            role,
            members,
            members.map((run) => runRow(parent, run, runs)),
          ),
        ];
  });
}

/** Teachers with their students beneath; a student of several teachers is under each of them. */
function lineageRows(parent: string, runs: readonly WholeRun[]): TreeRow[] {
  const isTeacher = new Set(runs.filter(({ record }) => record.spec.role === 'teacher').map(({ folder }) => folder.id));
  const students = runs.filter(({ record }) => record.spec.role === 'student');
  return roles.flatMap((role) => {
    const members = runs.filter(
      ({ record }) =>
        record.spec.role === role && (role !== 'student' || !record.teachers.some((id) => isTeacher.has(id))),
    );
    const rows = members.map((run) => {
      const own = role === 'teacher' ? students.filter(({ record }) => record.teachers.includes(run.folder.id)) : [];
      // Another row than the one without children, which VS Code would keep closed.
      const row = runRow(own.length === 0 ? parent : `${parent}/lineage`, run, runs);
      return { ...row, expanded: true, children: own.map((student) => runRow(row.id, student, runs)) };
    });
    return rows.length === 0 ? [] : [groupRow(parent, role, members, rows)];
  });
}

function groupRow(parent: string, role: Role, members: readonly WholeRun[], children: readonly TreeRow[]): TreeRow {
  const { one, many, icon, color } = roleLooks[role];
  const label = members.length === 1 ? one : many;
  return {
    id: `${parent}/${role}`,
    target: { kind: 'group', role },
    label,
    description: members.length === 1 ? '' : String(members.length),
    tooltip: counted(members.length, role),
    icon: { name: icon, color },
    context: 'group',
    spoken: counted(members.length, role),
    expanded: true,
    children,
  };
}

function runRow(parent: string, run: WholeRun, among: readonly WholeRun[]): TreeRow {
  const { record, summary, folder } = run;
  const { spec } = record;
  const again = among.some((other) => other !== run && other.record.specHash === record.specHash);
  const outcome = outcomeWords(summary);
  const parts = [outcome, `seed ${spec.seed}`, again ? record.created.slice(0, 16).replace('T', ' ') : null];
  const context = ['run', summary.state, ...(isResumable(summary) ? ['resumable'] : []), spec.role];
  return {
    id: `${parent}/${folder.path}`,
    target: { kind: 'run', run },
    label: runLabel(spec),
    description: parts.filter((part) => part !== null).join(' · '),
    tooltip: tooltipOf(run),
    icon: stateIcon(run),
    context: context.join(' '),
    spoken: `${runTitle(spec)}, ${summary.state}${outcome.startsWith(summary.state) ? outcome.slice(summary.state.length) : `, ${outcome}`}`,
    expanded: false,
    children: [],
  };
}

function damagedRow(run: Extract<ListedRun, { kind: 'damaged' }>): TreeRow {
  const { folder, problem } = run;
  return {
    id: `damaged:${folder.path}`,
    target: { kind: 'damaged', path: folder.path, problem },
    label: folder.id,
    description: problem.message,
    tooltip: [problem.message, problem.mend, folder.path].filter((line) => line !== undefined).join('\n'),
    icon: { name: 'error', color: 'list.errorForeground' },
    context: 'run damaged',
    spoken: `Damaged run ${folder.id}: ${problem.message}`,
    expanded: false,
    children: [],
  };
}

/** What ended well, or goes on, has its role's colour; what needs a look has a warning's. */
function stateIcon({ record, summary }: WholeRun): RowIcon {
  const { color } = roleLooks[record.spec.role];
  switch (summary.state) {
    case 'waiting':
      return { name: 'clock', color };
    case 'running':
      return { name: 'sync~spin', color };
    case 'finished':
      return summary.isAtChance ? { name: 'warning', color: 'list.warningForeground' } : { name: 'pass', color };
    case 'stopped':
      return { name: 'debug-pause', color };
    case 'failed':
      return { name: 'error', color: 'list.errorForeground' };
    case 'interrupted':
      return { name: 'warning', color: 'list.warningForeground' };
  }
}

function tooltipOf({ record, summary, folder }: WholeRun): string {
  const { problem } = summary;
  const lines = [
    runTitle(record.spec),
    outcomeWords(summary),
    summary.seconds > 0 ? `${duration(summary.seconds)} of work` : undefined,
    problem?.mend,
    record.continuedFrom === undefined ? undefined : `goes on from ${continuedWords(record.continuedFrom)}`,
    record.git === null
      ? undefined
      : `commit ${record.git.commit.slice(0, 10)}${record.git.dirty ? ', with changes' : ''}`,
    folder.id,
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}
