import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './temporaryFolder.js';

/** A disk of its own needs root on Linux: nothing else can be filled up or locked without harm to others. */
export function skipWithoutMount(): string | false {
  const can = process.platform === 'linux' && process.getuid?.() === 0;
  if (!can) return 'NOT TESTED: only root on Linux can mount a small disk';
  const { status } = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return status === 0 ? false : 'NOT TESTED: mounting is not allowed here';
}

export interface SmallDisk {
  /** A folder, and in it the disk. */
  readonly cwd: string;
  readonly disk: string;
  /** Changes how it is mounted: `size=10m`, `ro`. */
  readonly remount: (option: string) => void;
  /** Leaves so many bytes free. */
  readonly fill: (free: number) => void;
}

/** A disk of so many bytes, as `60k`, for the time of a test. */
export async function smallDisk(t: TestContext, size: string): Promise<SmallDisk> {
  // Hooks run in this order: the disk must be gone before its folder is deleted.
  let disk = '';
  t.after(() => spawnSync('umount', ['-l', disk]));
  const cwd = await temporaryFolder(t);
  disk = join(cwd, 'disk');
  mkdirSync(disk);
  const mount = (...words: string[]): void => {
    const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  };
  mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk);
  const fill = (free: number): void => {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'fill'), Buffer.alloc(Math.max(0, bavail * bsize - free)));
  };
  return { cwd, disk, remount: (option) => mount('-o', `remount,${option}`, disk), fill };
}
