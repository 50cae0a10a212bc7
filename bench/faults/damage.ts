import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { Trial } from './trial.js';

const block = 4096;

/** Ways in which a disk, a copy or a person damages a file. */
const ways = {
  'one bit flipped': (path, { dice }) => {
    const bytes = readFileSync(path);
    const at = dice.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
    writeFileSync(path, bytes);
    return `at byte ${at.toString()}`;
  },
  'a block of zeros': (path, { dice }) => {
    const size = readFileSync(path).length;
    const at = block * dice.below(Math.ceil(size / block));
    overwrite(path, { at, bytes: Buffer.alloc(Math.min(block, size - at)) });
    return `at byte ${at.toString()}`;
  },
  'a block of noise': (path, { dice }) => {
    const size = readFileSync(path).length;
    const at = dice.below(size);
    const bytes = Buffer.from(Array.from({ length: Math.min(dice.below(512) + 1, size - at) }, () => dice.below(256)));
    overwrite(path, { at, bytes });
    return `at byte ${at.toString()}`;
  },
  'its end lost': (path, { dice }) => {
    const size = dice.below(readFileSync(path).length);
    truncateSync(path, size);
    return `from byte ${size.toString()} on`;
  },
  emptied: (path) => {
    truncateSync(path, 0);
    return '';
  },
  deleted: (path) => {
    rmSync(path);
    return '';
  },
  'more behind it': (path, { dice }) => {
    const bytes = Buffer.alloc(1 + dice.below(block), dice.below(256));
    writeFileSync(path, bytes, { flag: 'a' });
    return `${bytes.length.toString()} bytes`;
  },
} satisfies Readonly<Record<string, (path: string, trial: Trial) => string>>;

export type Damage = keyof typeof ways | 'of another run';

/** @param other a file of the same kind that may take its place */
export function damage(trial: Trial, path: string, other: string | null): Damage {
  const names = Object.keys(ways).filter((name): name is keyof typeof ways => name in ways);
  const chosen = trial.dice.pick<Damage>(other === null ? names : [...names, 'of another run']);
  const where = chosen === 'of another run' ? replaced(path, other ?? path) : ways[chosen](path, trial);
  trial.note(`${path}: ${chosen} ${where}`);
  return chosen;
}

function replaced(path: string, other: string): string {
  copyFileSync(other, path);
  return other;
}

function overwrite(path: string, { at, bytes }: { at: number; bytes: Uint8Array }): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}
