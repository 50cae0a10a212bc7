import type { CommandTable } from '../commands.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { experimentFileOf, runPathsOf, type CommandArguments } from '../tree/commandTarget.js';
import { fetchAsked } from '../runs/fetchArchive.js';
import { requireTrust } from '../trust.js';
import { failureSeen, type Failure } from '../training/failure.js';
import type { Failures } from '../training/failures.js';
import { freeSpace } from './freeSpace.js';
import type { Fixer } from './fixer.js';

export interface FixCommandsOptions {
  readonly fixer: Fixer;
  readonly failures: Failures;
  readonly runs: RunsIndex;
}

/** What helps where something did not run. Called on a row, or by a panel, a command does it for the failure there. */
export function fixCommands({ fixer, failures, runs }: FixCommandsOptions): CommandTable {
  const fixAt = async (args: CommandArguments): Promise<boolean> => {
    const failure = failureAt(args, { failures, runs });
    if (failure === null) return false;
    await fixer.fix(failure);
    return true;
  };
  return {
    fix: async (args) => {
      requireTrust();
      await fixAt(args);
    },
    locateMissing: async (args) => {
      requireTrust();
      await fixAt(args);
    },
    fetchData: async (args) => {
      requireTrust();
      if (!(await fixAt(args))) await fetchAsked(runs.folders);
    },
    freeSpace: async () => {
      requireTrust();
      await freeSpace(runs);
    },
  };
}

/** Why what a command was called on did not run: an experiment that was asked to, or a run. */
function failureAt(
  args: CommandArguments,
  { failures, runs }: Pick<FixCommandsOptions, 'failures' | 'runs'>,
): Failure | null {
  if (args.length === 0) return null;
  const known = failures.experiments.get(experimentFileOf(args) ?? '');
  const paths = runPathsOf(args);
  // The row of an experiment stands for all of its runs: the latest is the one that its own failure is taken from.
  const path = paths.sort().at(-1);
  if (path === undefined) return known ?? null;
  const run = runs.find(path);
  const own = run?.kind === 'run' ? failureSeen(run, failures.experiments.values()) : null;
  return paths.length > 1 ? (known ?? own) : (own ?? known ?? null);
}
