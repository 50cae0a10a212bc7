import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { logitsFolder, type RunFolder } from './folder.js';

/** Bytes that a run takes on the disk, by what they are. */
export interface RunSize {
  readonly total: number;
  readonly checkpoint: number;
  readonly logits: number;
  /** What the trainer tells: its log and its output. */
  readonly log: number;
}

/** What a run takes. A trainer at work replaces its files: one that is gone meanwhile takes nothing. Links count nothing. */
export async function runSize(folder: Pick<RunFolder, 'path'>): Promise<RunSize> {
  const entries = await readdir(folder.path, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const bytes = await stat(path).then(
          ({ size }) => size,
          () => 0,
        );
        return { kind: kindOf(relative(folder.path, path)), bytes };
      }),
  );
  const of = (kind: FileKind): number => sizes.reduce((sum, file) => sum + (file.kind === kind ? file.bytes : 0), 0);
  return {
    total: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    checkpoint: of('checkpoint'),
    logits: of('logits'),
    log: of('log'),
  };
}

type FileKind = 'checkpoint' | 'logits' | 'log' | 'other';

function kindOf(name: string): FileKind {
  if (name.startsWith(`${logitsFolder}${sep}`)) return 'logits';
  if (isCheckpoint(name)) return 'checkpoint';
  return name.endsWith('.log') || name.endsWith('.jsonl') ? 'log' : 'other';
}

/** A checkpoint of a run, of whichever generation. */
export function isCheckpoint(name: string): boolean {
  return /^checkpoint[^/\\]*\.safetensors$/.test(name);
}
