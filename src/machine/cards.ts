import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { programOnPath } from '../node/processes/program.js';

/** A graphics card of this machine. */
export interface Card {
  readonly maker: 'NVIDIA' | 'AMD' | 'Intel' | 'other';
  /** As its driver calls it; the maker alone where nobody tells. */
  readonly name: string;
  /** Its number among the maker's, as CUDA and `nvidia-smi` count; null where it has none. */
  readonly index: number | null;
  /** Version of the driver; null where nobody tells. */
  readonly driver: string | null;
  /** Its folder in Linux's sysfs; null elsewhere. */
  readonly folder: string | null;
}

/** Where to look: the real system, or a copy of it. */
export interface Places {
  /** The command that NVIDIA's driver brings along: its file, or its name on the path. */
  readonly nvidiaSmi: string;
  /** Linux's list of graphics cards. */
  readonly drm: string;
}

export const realPlaces: Places = { nvidiaSmi: 'nvidia-smi', drm: '/sys/class/drm' };

const makers: Readonly<Record<string, Card['maker']>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };

/** The cards of this machine, NVIDIA's first. Never throws: what cannot be asked has none. */
export async function findCards(places: Places = realPlaces): Promise<Card[]> {
  const [nvidia, others] = await Promise.all([nvidiaCards(places), drmCards(places)]);
  return [...nvidia, ...others.filter(({ maker }) => maker !== 'NVIDIA' || nvidia.length === 0)];
}

async function nvidiaCards(places: Places): Promise<Card[]> {
  const rows = await nvidiaRows(['index', 'name', 'driver_version'], places);
  return rows.flatMap(([index = '', name = '', driver = '']) =>
    /^\d+$/.test(index) ? [{ maker: 'NVIDIA', name, index: Number(index), driver, folder: null } as const] : [],
  );
}

/**
 * What `nvidia-smi` says of each card, a row each, in the order that was asked for.
 * @returns no rows where there is no such command, or it fails or hangs
 */
export async function nvidiaRows(fields: readonly string[], { nvidiaSmi }: Places): Promise<string[][]> {
  const arguments_ = [`--query-gpu=${fields.join()}`, '--format=csv,noheader,nounits'];
  const program = isAbsolute(nvidiaSmi) ? nvidiaSmi : await programOnPath([nvidiaSmi]);
  if (program === null) return [];
  return new Promise((resolve) => {
    execFile(program, arguments_, { timeout: 15_000, windowsHide: true }, (error, stdout) => {
      if (error !== null) resolve([]);
      else
        resolve(
          stdout
            .split('\n')
            .flatMap((line) => (line.trim() === '' ? [] : [line.split(', ').map((cell) => cell.trim())])),
        );
    });
  });
}

async function drmCards({ drm }: Places): Promise<Card[]> {
  const names = await readdir(drm).catch(() => []);
  const cards: Card[] = [];
  for (const name of names.filter((each) => /^card\d+$/.test(each)).sort()) {
    const folder = join(drm, name, 'device');
    const vendor = await textOf(join(folder, 'vendor'));
    if (vendor === null) continue;
    const maker = makers[vendor] ?? 'other';
    const product = await textOf(join(folder, 'product_name'));
    cards.push({
      maker,
      name: product ?? `${maker === 'other' ? vendor : maker} graphics`,
      index: null,
      driver: null,
      folder,
    });
  }
  return cards;
}

/** A small file's text; null where it is not there, or empty. */
export async function textOf(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}
