import { readFileSync } from 'node:fs';
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import { resolve, sep } from 'node:path';

/** What a machine was doing, beside what was measured on it. */
export interface MachineState {
  /** Processes that wanted a core, on average of the last minute. */
  readonly load: number;
  /** Of all time of the cores since the machine began, in the system's ticks; null where it does not tell. */
  readonly ticks: { readonly all: number; readonly stolen: number } | null;
}

export function machineState(): MachineState {
  const [load = NaN] = loadavg();
  return { load, ticks: ticks() };
}

/** Two lines: the machine with the disk under a folder, and what it did between two looks. */
export function machineWords(folder: string, { begin, end }: { begin: MachineState; end: MachineState }): string {
  const [first] = cpus();
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  const disk = fileSystemOf(folder);
  return [
    `${first?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${gigabytes(freemem())} of ${gigabytes(totalmem())} GB free, ` +
      `${process.platform}, Node ${process.versions.node}; runs on ${disk}${disk === 'tmpfs' ? ', WHERE SYNCING COSTS NOTHING' : ''}`,
    `load ${begin.load.toFixed(2)} before and ${end.load.toFixed(2)} after${stolenWords({ begin, end })}`,
  ].join('\n');
}

function stolenWords({ begin, end }: { begin: MachineState; end: MachineState }): string {
  if (begin.ticks === null || end.ticks === null) return '';
  const share = (end.ticks.stolen - begin.ticks.stolen) / (end.ticks.all - begin.ticks.all);
  return `; ${(100 * share).toFixed(1)} % of the cores' time went to other virtual machines`;
}

/** @see https://man7.org/linux/man-pages/man5/proc_stat.5.html */
function ticks(): MachineState['ticks'] {
  const [line = ''] = textOf('/proc/stat').split('\n');
  const [name, ...words] = line.split(/\s+/);
  if (name !== 'cpu') return null;
  // What comes after the first eight, the time of guests, is in them already.
  const times = words.slice(0, 8).map(Number);
  return { all: times.reduce((sum, each) => sum + each, 0), stolen: times[7] ?? 0 };
}

/** The kind of file system under a folder, such as `ext4`; `an unknown file system` where the system does not tell. */
function fileSystemOf(folder: string): string {
  const path = resolve(folder);
  const mounts = textOf('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, place = '']) => place !== '' && (path === place || path.startsWith(place === sep ? sep : place + sep)));
  const [, , kind] = mounts.sort(([, a = ''], [, b = '']) => b.length - a.length)[0] ?? [];
  return kind ?? 'an unknown file system';
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Only Linux has it.
    return '';
  }
}
