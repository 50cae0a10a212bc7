import { linkKey } from '../../run/experiment/experimentLinks.js';
import { roles, type Role } from '../../core/spec/spec.js';
import { counted } from '../../core/words.js';
import { experimentLabel } from '../workspace/experimentPath.js';
import { failureOfRun, failureSeen, fixWord, reasonOf, type Failure } from '../training/failure.js';
import type { ListedRun, WholeRun } from '../workspace/listedRun.js';
import { damagedRow, firstLine, runRow } from './runRow.js';
import { roleLooks, type TreeRow } from './treeRow.js';
import { compareNames, compareRuns, matchesFilter, type Ordering } from './runFilter.js';

/** What the tree is drawn from. */
export interface TreeInput extends Ordering {
  readonly runs: readonly ListedRun[];
  /** Absolute paths of the experiment files that there are. */
  readonly experiments: readonly string[];
  /** Absolute paths of the experiments that are being run, or wait to be. */
  readonly busy: ReadonlySet<string>;
  /** Why experiments did not run when they were asked to the last time, by their files. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** Students under the teacher they learned from. */
  readonly lineage: boolean;
  readonly filter: string;
  /** Where an experiment file lies, in a few words: to tell files of one name apart. */
  readonly placeOf: (file: string) => string;
}

interface Group {
  readonly name: string;
  readonly file: string | null;
  readonly runs: WholeRun[];
}

/** All rows: experiments with their runs, and at the end the runs that cannot be read. */
export function treeRows(input: TreeInput): TreeRow[] {
  const shown = input.runs.filter((run) => matchesFilter(run, input.filter)).sort((a, b) => compareRuns(a, b, input));
  const groups = new Map<string, Group>();
  for (const run of shown) {
    if (run.kind === 'damaged') continue;
    const { experiment } = run.record;
    const file = run.experimentFile;
    const key = file ?? linkKey(experiment);
    const group = groups.get(key) ?? { name: experiment.name, file, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  if (input.filter.trim() === '') {
    for (const file of input.experiments) {
      if (!groups.has(file)) groups.set(file, { name: experimentLabel(file), file, runs: [] });
    }
  }
  const experiments = [...groups].sort(([, a], [, b]) => compareGroups(a, b, input));
  const few = groups.size <= 4;
  return [
    ...experiments.map(([key, group]) => experimentRow(key, group, { ...input, few })),
    ...shown.filter((run) => run.kind === 'damaged').map(damagedRow),
  ];
}

/** Runs come sorted, so the first of a group stands for it; experiments without runs come last, by name. */
function compareGroups(a: Group, b: Group, ordering: Ordering): number {
  const [first] = a.runs;
  const [other] = b.runs;
  const byName = compareNames(a.name, b.name);
  if (ordering.order === 'name' || (first === undefined && other === undefined)) return byName;
  if (first === undefined) return 1;
  if (other === undefined) return -1;
  return compareRuns(first, other, ordering) || byName;
}

function experimentRow(
  key: string,
  { name, file, runs }: Group,
  input: TreeInput & { readonly few: boolean },
): TreeRow {
  // VS Code keeps a row that it has drawn without children closed: with the first run it is another row.
  const failureOf = (run: WholeRun): Failure | null =>
    endedBadly(run) ? failureSeen(run, input.failures.values()) : null;
  const rowOf: RowOf = (parent, run) => runRow(parent, run, { among: runs, failure: failureOf(run) });
  const id = `experiment:${key}${runs.length === 0 ? ':empty' : ''}`;
  const running = runs.filter(({ summary }) => summary.state === 'running').length;
  const busy = running > 0 || (file !== null && input.busy.has(file));
  const label = file === null ? name : experimentLabel(file);
  const failure = busy ? null : experimentFailure({ file, runs }, input.failures);
  const sameLabel = input.experiments.filter((other) => experimentLabel(other) === label).length > 1;
  const parts = [
    file === null ? 'experiment file not found' : sameLabel ? input.placeOf(file) : null,
    running > 0 ? `${running} running` : busy ? 'queued' : null,
    failure === null ? null : `failed: ${firstLine(failure.problem.message)}`,
    runs.length === 0 ? 'no runs yet' : counted(runs.length, 'run'),
  ];
  const description = parts.filter((part) => part !== null).join(' · ');
  const context = [
    'experiment',
    file === null ? 'gone' : 'file',
    busy ? 'busy' : 'idle',
    runs.length > 1 ? 'several' : 'few',
    failure === null ? null : fixWord(failure),
  ].filter((word) => word !== null);
  return {
    id,
    target: { kind: 'experiment', file, runs },
    label,
    description,
    tooltip: [
      name,
      file ?? 'The file it was run from cannot be found. Say where it is with “Locate Experiment…”.',
      ...(failure === null ? [description] : [reasonOf(failure)]),
    ].join('\n'),
    icon: busy
      ? { name: 'beaker', color: 'charts.green' }
      : failure === null
        ? { name: 'beaker' }
        : { name: 'error', color: 'list.errorForeground' },
    context: context.join(' '),
    spoken: `Experiment ${label}, ${description}`,
    expanded: busy || input.few,
    children: input.lineage ? lineageRows(id, runs, rowOf) : groupRows(id, runs, rowOf),
  };
}

/** Why an experiment did not run: the last time that it was asked to, or else why its latest run failed. */
function experimentFailure(
  { file, runs }: Pick<Group, 'file' | 'runs'>,
  failures: TreeInput['failures'],
): Failure | null {
  const known = file === null ? undefined : failures.get(file);
  if (known !== undefined) return known;
  const [first, ...more] = runs;
  if (first === undefined) return null;
  const last = more.reduce((latest, run) => (run.folder.id > latest.folder.id ? run : latest), first);
  return last.summary.state === 'failed' ? failureOfRun(last) : null;
}

type RowOf = (parent: string, run: WholeRun) => TreeRow;

function groupRows(parent: string, runs: readonly WholeRun[], rowOf: RowOf): TreeRow[] {
  return roles.flatMap((role) => {
    const members = runs.filter(({ record }) => record.spec.role === role);
    return members.length === 0
      ? []
      : [
          groupRow(
            parent,
            role,
            members,
            members.map((run) => rowOf(parent, run)),
          ),
        ];
  });
}

/** Teachers with their students beneath; a student of several teachers is under each of them. */
function lineageRows(parent: string, runs: readonly WholeRun[], rowOf: RowOf): TreeRow[] {
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
      const row = rowOf(own.length === 0 ? parent : `${parent}/lineage`, run);
      return { ...row, expanded: true, children: own.map((student) => rowOf(row.id, student)) };
    });
    return rows.length === 0 ? [] : [groupRow(parent, role, members, rows)];
  });
}

const endedBadly = ({ summary }: WholeRun): boolean => ['failed', 'interrupted'].includes(summary.state);

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
