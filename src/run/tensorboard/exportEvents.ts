import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { writeNamedFile } from '../../node/files/atomicFile.js';
import { fileProblem } from '../../node/fileProblem.js';
import type { RunFolder } from '../folder.js';
import { readLog } from '../log/logTail.js';
import { eventRecord, fileHead } from './eventFile.js';
import { scalarsOf } from './scalars.js';

/** Records are gathered to this many bytes before they are written. */
const pieceBytes = 4 * 2 ** 20;

/**
 * Writes what a run measured as an event file into `<out>/<id of the run>`, for `tensorboard --logdir <out>`. A second
 * export replaces the first.
 * @returns the file
 * @throws ProblemError `nothing-logged` where the run has measured nothing yet; `disk-full`, `no-permission`, …
 */
export async function exportEvents(folder: RunFolder, out: string): Promise<string> {
  const { entries } = await readLog(folder.log);
  const [begun] = entries;
  const [first] = scalarsOf(entries);
  if (begun === undefined || first === undefined) throw nothingLogged(folder);
  const place = join(out, folder.id);
  try {
    await mkdir(place, { recursive: true });
  } catch (error) {
    throw fileProblem(error, { path: place, attempt: 'make the folder' });
  }
  const file = join(place, `events.out.tfevents.${Math.floor(begun.time / 1000)}.${hostname()}`);
  await writeNamedFile(file, async (handle) => {
    let gathered: Uint8Array[] = [fileHead(begun.time)];
    let bytes = 0;
    for (const event of scalarsOf(entries)) {
      const record = eventRecord(event);
      gathered.push(record);
      bytes += record.length;
      if (bytes < pieceBytes) continue;
      await handle.appendFile(Buffer.concat(gathered));
      [gathered, bytes] = [[], 0];
    }
    await handle.appendFile(Buffer.concat(gathered));
  });
  return file;
}

const nothingLogged = ({ id, log }: RunFolder): ProblemError =>
  new ProblemError({
    code: 'nothing-logged',
    message: `The run ${id} has measured nothing yet.`,
    place: { file: log },
    fix: 'Export it once it has made its first steps.',
  });
