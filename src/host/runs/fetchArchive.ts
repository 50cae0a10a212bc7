import * as vscode from 'vscode';
import { ProblemError } from '../../core/problem.js';
import { bytes } from '../../core/words.js';
import { dataOf, type SharedFolder } from '../../data/cache/sharedFolder.js';
import type { Archive } from '../../core/datasets/archive.js';
import { publishedSets } from '../../core/datasets/datasets.js';
import { dataFolder } from '../../run/dataFolder.js';
import { fetchArchive, isFetched, type FetchPhase } from '../../data/datasets/fetchArchive.js';
import { showBriefly, showInfo } from '../shown/messages.js';
import { pickOne } from '../shown/pick.js';
import { withProgress, type Told } from '../shown/progress.js';

/**
 * Brings a published data set to where the experiments of a workspace look for it: asks which and from where, shows how
 * far it is, and can be cancelled; what was downloaded stays then, and is gone on from.
 * @param runsFolders of the workspace
 * @throws ProblemError of {@link fetchArchive}
 */
export async function fetchAsked(runsFolders: readonly string[]): Promise<void> {
  const runsDir = await pickRunsFolder(runsFolders);
  if (runsDir === null) return;
  const archive = await pickArchive(dataFolder(runsDir));
  if (archive !== null) await fetchFrom(archive, dataOf(runsDir));
}

/**
 * Brings one data set to where the experiments of a runs folder look for it.
 * @returns whether it is there now
 * @throws ProblemError of {@link fetchArchive}
 */
export function fetchFor(runsDir: string, archive: Archive): Promise<boolean> {
  return fetchFrom(archive, dataOf(runsDir));
}

async function fetchFrom(archive: Archive, data: SharedFolder): Promise<boolean> {
  const source = await pickSource(archive);
  if (source === null) return false;
  const progress = { where: 'notification', title: `Fetching ${archive.title}`, cancellable: true } as const;
  const controller = new AbortController();
  try {
    const fetched = await withProgress(progress, (told, cancelled) => {
      cancelled.onCancellationRequested(() => controller.abort());
      const onProgress = progressTo(told);
      return fetchArchive(archive, { data, ...source, signal: controller.signal, onProgress });
    });
    const words = fetched.wasThere ? 'is there already' : 'is there';
    void showInfo(`${archive.title} ${words}: ${fetched.folder}`);
    return true;
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    showBriefly('Stopped. The next time it goes on from there.', 5);
    return false;
  }
}

/** Where each phase begins in a bar of a hundred, and how much of it is its own. */
const parts: Readonly<Record<FetchPhase, { begin: number; length: number }>> = {
  downloading: { begin: 0, length: 80 },
  checking: { begin: 80, length: 10 },
  unpacking: { begin: 90, length: 10 },
};

/** Tells a progress bar what goes on, a hundred times a phase. */
function progressTo(told: Told) {
  let [shown, before] = ['', 0];
  return (what: FetchPhase, done: number, total: number): void => {
    const percent = Math.floor((100 * done) / total);
    if (`${what} ${percent}` === shown) return;
    shown = `${what} ${percent}`;
    const now = parts[what].begin + (parts[what].length * percent) / 100;
    told.report({ message: `${what} ${bytes(done)} of ${bytes(total)}`, increment: now - before });
    before = now;
  };
}

async function pickRunsFolder(folders: readonly string[]): Promise<string | null> {
  const [only, ...more] = folders;
  if (only === undefined) {
    throw new ProblemError({
      code: 'no-workspace',
      message: 'A data set is fetched for the experiments of a folder, and none is open.',
      fix: 'Open a folder.',
    });
  }
  if (more.length === 0) return only;
  const items = folders.map((folder) => ({ label: vscode.workspace.asRelativePath(folder, true), folder }));
  const options = { title: 'Fetch CIFAR-10', placeHolder: 'For the experiments of which folder?' };
  return (await pickOne(items, options))?.folder ?? null;
}

async function pickArchive(folder: string): Promise<Archive | null> {
  const items = await Promise.all(
    publishedSets().map(async ({ archive }) => {
      const there = await isFetched(archive, { dataFolder: folder });
      return { label: archive.title, description: there ? 'there already' : bytes(archive.bytes), archive };
    }),
  );
  const picked = await pickOne(items, { title: 'Fetch CIFAR-10', placeHolder: 'Which data set?' });
  return picked?.archive ?? null;
}

/** An address or a file; null where the person changed their mind. */
async function pickSource({
  title,
  url,
  bytes: size,
  md5,
}: Archive): Promise<{ url: string } | { file: string } | null> {
  const download = { icon: 'cloud-download', label: 'Download', description: bytes(size), detail: url };
  const archive = {
    icon: 'file-zip',
    label: 'Use an Archive That Is There',
    detail: `From elsewhere, where there is no network: md5 ${md5}`,
  };
  const picked = await pickOne([download, archive], { title: `Fetch ${title}` });
  if (picked === null) return null;
  if (picked === download) return { url };
  const [file] =
    (await vscode.window.showOpenDialog({
      title: `The Archive of ${title}`,
      openLabel: 'Use',
      filters: { Archive: ['gz', 'tgz'] },
    })) ?? [];
  return file === undefined ? null : { file: file.fsPath };
}
