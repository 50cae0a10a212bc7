import { cp, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { runFolder } from '../src/run/folder.js';

/** Copies a run folder; the copy is a run of its own, with the name of its folder for an id. */
export async function copyRun(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  const { record: file } = runFolder(to);
  const record: unknown = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...Object(record), id: basename(to) }));
}
