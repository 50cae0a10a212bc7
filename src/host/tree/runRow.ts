import { continuedWords } from '../../core/continuedWords.js';
import { duration } from '../../core/words.js';
import { fixWord, reasonOf, type Failure } from '../training/failure.js';
import {
  isResumable,
  outcomeWords,
  runLabel,
  runTitle,
  type ListedRun,
  type WholeRun,
} from '../workspace/listedRun.js';
import { roleLooks, type RowIcon, type TreeRow } from './treeRow.js';

/** Further lines are the last output of a trainer. */
export const firstLine = (text: string): string => text.split('\n')[0] ?? '';

/**
 * The row of a run.
 * @param among the runs of its experiment
 * @param failure why it did not end well, where that is known
 */
export function runRow(
  parent: string,
  run: WholeRun,
  { among, failure }: { readonly among: readonly WholeRun[]; readonly failure: Failure | null },
): TreeRow {
  const { record, summary, folder } = run;
  const { spec } = record;
  const again = among.some((other) => other !== run && other.record.specHash === record.specHash);
  const outcome = firstLine(outcomeWords(summary));
  const why = failure === null || summary.state === 'failed' ? null : firstLine(failure.problem.message);
  const parts = [outcome, why, `seed ${spec.seed}`, again ? record.created.slice(0, 16).replace('T', ' ') : null];
  const context = ['run', summary.state, ...(isResumable(summary) ? ['resumable'] : []), spec.role];
  const fix = failure === null ? null : fixWord(failure);
  if (failure?.file != null) context.push('file');
  if (fix !== null) context.push(fix);
  return {
    id: `${parent}/${folder.path}`,
    target: { kind: 'run', run },
    label: runLabel(spec),
    description: parts.filter((part) => part !== null).join(' · '),
    tooltip: tooltipOf(run, failure),
    icon: stateIcon(run),
    context: context.join(' '),
    spoken: `${runTitle(spec)}, ${summary.state}${outcome.startsWith(summary.state) ? outcome.slice(summary.state.length) : `, ${outcome}`}`,
    expanded: false,
    children: [],
  };
}

/** The row of a folder that cannot be read. */
export function damagedRow(run: Extract<ListedRun, { kind: 'damaged' }>): TreeRow {
  const { folder, problem } = run;
  return {
    id: `damaged:${folder.path}`,
    target: { kind: 'damaged', path: folder.path, problem },
    label: folder.id,
    description: problem.message,
    tooltip: [problem.message, problem.fix, folder.path].filter((line) => line !== undefined).join('\n'),
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

function tooltipOf({ record, summary, folder }: WholeRun, failure: Failure | null): string {
  const lines = [
    runTitle(record.spec),
    failure === null ? outcomeWords(summary) : `${summary.state}: ${reasonOf(failure)}`,
    summary.seconds > 0 ? `${duration(summary.seconds)} of work` : undefined,
    record.continuedFrom === undefined ? undefined : `goes on from ${continuedWords(record.continuedFrom)}`,
    record.git === null
      ? undefined
      : `commit ${record.git.commit.slice(0, 10)}${record.git.dirty ? ', with changes' : ''}`,
    folder.id,
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}
