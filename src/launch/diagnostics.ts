import { readdir, statfs } from 'node:fs/promises';
import { arch, cpus, freemem, homedir, platform, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { bytes, count, counted } from '../core/words.js';
import { cacheFolder } from '../run/cacheFolder.js';
import { cachedFiles } from '../data/cache/cacheContents.js';
import { dataFolder } from '../run/dataFolder.js';
import { readRuns, type DamagedRun, type Run } from '../run/run.js';
import type { Card } from '../machine/cards.js';

/**
 * What whoever looks for a fault wants to know of a machine and a runs folder, a line each. Nothing private: no names of
 * people, experiments, classes, hosts or folders.
 * @param versions of Distillery and of the libraries that compute
 */
export async function diagnosticLines({
  runsDir,
  versions,
  cards,
}: {
  runsDir: string;
  versions: Readonly<Record<string, string>>;
  cards: readonly Card[];
}): Promise<string[]> {
  const runs = await readRuns(runsDir).catch(() => null);
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const [processor] = cpus();
  return [
    `versions: ${named.join(', ')}`,
    `system: ${platform()} ${arch()}, ${release()}`,
    `processors: ${count(cpus().length)} × ${processor?.model.trim() ?? 'unknown'}; memory ${bytes(totalmem())}, ${bytes(freemem())} free`,
    `cards: ${cards.map(({ name, driver }) => (driver === null ? name : `${name} (driver ${driver})`)).join(', ') || 'none found'}`,
    `runs folder: ${runs === null ? 'cannot be read' : runsWords(runs)}`,
    `disk of the runs folder: ${await roomWords(runsDir)}`,
    `cache: ${await cacheWords(runsDir)}; data sets fetched: ${(await namesIn(dataFolder(runsDir))).length.toString()}`,
    `last failure: ${runs === null ? 'unknown' : failureWords(runs)}`,
  ];
}

/** A text without what could name a person or a project: paths are left out, whatever they lead to. */
export function withoutPlaces(text: string): string {
  return [homedir(), process.cwd()]
    .filter((place) => place.length > 1)
    .reduce((rest, place) => rest.replaceAll(place, '<path>'), text)
    .replaceAll(/<path>[^\s'"`“”,;()]*/g, '<path>')
    .replaceAll(/(?<![\w.<])(?:[A-Za-z]:)?[\\/](?:[^\s/\\'"`“”,;:()]+[\\/])+[^\s'"`“”,;:()]*/g, '<path>');
}

function runsWords(runs: readonly (Run | DamagedRun)[]): string {
  const states = new Map<string, number>();
  for (const run of runs) {
    const state = run.kind === 'damaged' ? 'damaged' : run.state.state;
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const each = [...states].map(([state, number]) => `${count(number)} ${state}`);
  return each.length === 0 ? 'no runs' : `${counted(runs.length, 'run')}: ${each.join(', ')}`;
}

/** A message may hold names of classes and files, so the code stands for it. */
function failureWords(runs: readonly (Run | DamagedRun)[]): string {
  const failed = runs.findLast((run) => run.kind === 'damaged' || run.state.problem !== null);
  if (failed === undefined) return 'none';
  if (failed.kind === 'damaged') return `${failed.problem.code}, a run that cannot be read`;
  const { record, state } = failed;
  const { role, model, data } = record.spec;
  const engine = state.started === null ? 'before it began' : `on ${state.started.engine} (${state.started.device})`;
  return `${state.problem?.code ?? 'unknown'}, ${role} (${model.kind}) on ${data.dataset}, step ${count(state.step)}, ${engine}`;
}

async function roomWords(folder: string): Promise<string> {
  const found = await statfs(folder).catch(() => statfs(dirname(dirname(folder))).catch(() => null));
  if (found === null) return 'unknown';
  const { bavail, blocks, bsize, type } = found;
  return `${bytes(bavail * bsize)} free of ${bytes(blocks * bsize)} (file system 0x${type.toString(16)})`;
}

async function cacheWords(runsDir: string): Promise<string> {
  const files = await cachedFiles(runsDir).catch(() => null);
  if (files === null) return `cannot be read: ${(await namesIn(cacheFolder(runsDir))).length.toString()} entries`;
  return `${counted(files.length, 'file')}, ${bytes(files.reduce((sum, file) => sum + file.bytes, 0))}`;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
