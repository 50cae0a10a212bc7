import { pickMany, pickOne, type PickItem } from '../shown/pick.js';
import { outcomeWords, runTitle, type WholeRun } from '../workspace/listedRun.js';
import { compareRuns } from '../tree/runFilter.js';

interface RunItem extends PickItem {
  readonly run: WholeRun;
}

export interface RunPickOptions {
  readonly title: string;
  readonly placeHolder?: string;
}

/** Lets a person choose one run, the latest first. Null when they changed their mind. */
export async function pickRun(
  runs: readonly WholeRun[],
  { title, placeHolder }: RunPickOptions,
): Promise<WholeRun | null> {
  const options = {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
    ...(placeHolder === undefined ? {} : { placeHolder }),
  };
  const picked = await pickOne(itemsOf(runs), options);
  return picked?.run ?? null;
}

/** Lets a person choose several. Null when they changed their mind. */
export async function pickRuns(
  runs: readonly WholeRun[],
  { title, placeHolder, picked }: RunPickOptions & { readonly picked: ReadonlySet<string> },
): Promise<readonly WholeRun[] | null> {
  const items = itemsOf(runs).map((item) => ({ ...item, picked: picked.has(item.run.folder.path) }));
  const options = {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
    ...(placeHolder === undefined ? {} : { placeHolder }),
  };
  const chosen = await pickMany(items, options);
  return chosen?.map(({ run }) => run) ?? null;
}

function itemsOf(runs: readonly WholeRun[]): RunItem[] {
  return [...runs]
    .sort((a, b) => compareRuns(a, b, { order: 'newest', sizes: new Map() }))
    .map((run) => ({
      run,
      icon: icons[run.summary.state],
      label: runTitle(run.record.spec),
      description: outcomeWords(run.summary),
      detail: `${run.record.experiment.name} · ${run.folder.id}`,
    }));
}

const icons: Readonly<Record<WholeRun['summary']['state'], string>> = {
  waiting: 'clock',
  running: 'sync~spin',
  finished: 'pass',
  stopped: 'debug-pause',
  failed: 'error',
  interrupted: 'warning',
};
