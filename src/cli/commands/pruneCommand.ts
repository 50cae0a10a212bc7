import { createInterface } from 'node:readline/promises';
import { ProblemError } from '../../core/problem.js';
import { keptLogitsSchema, type KeptLogits } from '../../core/spec/parts/keepSpec.js';
import { bytes, counted, none } from '../../core/words.js';
import { prune, pruningOf, type Pruning, type PruneWish } from '../../run/prune.js';
import { readRuns, type Run } from '../../run/run.js';
import type { Output } from '../output.js';
import { readNamedRun, type Runs } from '../runReference.js';
import { table, type Column } from '../table.js';

export interface PruneRequest {
  /** Runs to thin; all of the folder where none are named. */
  readonly references: readonly string[];
  readonly runs: Runs;
  /** As typed; null where nothing was. */
  readonly keep: string | null;
  readonly checkpoints: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/**
 * `distillery prune`: lists which logits between the first, the best and the last epoch would go, and how much room that
 * frees, and deletes them once that was agreed to.
 * @throws ProblemError `usage`, or what is wrong with a run
 */
export async function pruneCommand(request: PruneRequest, output: Output): Promise<number> {
  const { references, runs, json, yes, dryRun } = request;
  const wish: PruneWish = { logits: keptOf(request.keep), checkpoints: request.checkpoints };
  const all = (await readRuns(runs.runsDir)).filter((run): run is Run => run.kind === 'run');
  const meant =
    references.length === 0 ? all : await Promise.all(references.map((reference) => readNamedRun(reference, runs)));
  const prunings: Pruning[] = [];
  for (const run of meant) {
    const pruning = await pruningOf(run, { wish, among: all });
    if (freed(pruning) > 0) prunings.push(pruning);
  }
  const total = prunings.reduce((sum, pruning) => sum + freed(pruning), 0);
  if (json) output.result(JSON.stringify(prunings.map(summaryOf), null, 2));
  else if (prunings.length === 0) output.note('Nothing is there that could go: no logits are surplus.');
  else output.result(table(prunings, columns));
  if (prunings.length === 0 || dryRun) {
    if (prunings.length > 0) output.note(`Nothing was deleted. ${bytes(total)} would be free.`);
    return 0;
  }
  if (!yes && !(await agreed(`Delete this for good? ${bytes(total)} will be free. [y/N] `))) {
    output.note('Nothing was deleted.');
    return 0;
  }
  let sum = 0;
  for (const pruning of prunings) sum += await prune(pruning, wish);
  output.note(`Freed ${bytes(sum)}.`);
  return 0;
}

const freed = ({ logits, checkpoint }: Pruning): number => logits.bytes + checkpoint;

function summaryOf({ run, logits, checkpoint }: Pruning) {
  return { id: run.folder.id, path: run.folder.path, logits, checkpoint };
}

/** @throws ProblemError `usage` */
function keptOf(typed: string | null): KeptLogits | null {
  if (typed === null) return null;
  const parsed = keptLogitsSchema.safeParse(/^\d+$/.test(typed) ? Number(typed) : typed);
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    code: 'usage',
    message: `\`--keep ${typed}\` says not how much is to stay.`,
    fix: 'Write a budget for each run, such as `--keep "64 MB"`, or a number of epochs from 3 on.',
  });
}

/** @throws ProblemError `usage` where nobody can be asked */
async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new ProblemError({
      code: 'usage',
      message: 'What is listed would be deleted for good, and nobody can be asked here.',
      fix: 'Write --yes where that is meant, or --dry-run to look only.',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

const columns: readonly Column<Pruning>[] = [
  { title: 'run', cell: ({ run }) => run.folder.id },
  { title: 'experiment', cell: ({ run }) => run.record.experiment.name },
  { title: 'state', cell: ({ run }) => run.state.state },
  {
    title: 'logits',
    align: 'right',
    cell: ({ logits }) => (logits.files === 0 ? none : `${counted(logits.files, 'file')}, ${bytes(logits.bytes)}`),
  },
  {
    title: 'checkpoint',
    align: 'right',
    cell: ({ checkpoint }) => (checkpoint === 0 ? none : bytes(checkpoint)),
  },
];
