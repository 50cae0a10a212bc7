import { ProblemError } from '../../core/problem.js';
import { fileProblem } from '../fileProblem.js';
import { readRegular } from './regularFile.js';

/** A text that a person wrote has kilobytes; an experiment with the names of 21,841 classes a megabyte. */
export const mostExperimentBytes = 4 * 2 ** 20;

/**
 * A text that a person wrote, without its byte order mark: UTF-8, or UTF-16 as some editors and PowerShell write it.
 * @param attempt what it is for, as in "could not <attempt>": `read the experiment`
 * @param name what messages call the file; its path unless given
 * @throws ProblemError `not-a-text` for other encodings and for what is no text, with the line and the column; else what
 *   keeps the file from being read
 */
export async function readTextFile(
  path: string,
  { attempt, name = path }: { attempt: string; name?: string },
): Promise<string> {
  try {
    return decoded(await readRegular(path, { attempt, most: mostExperimentBytes }), { name });
  } catch (error) {
    throw called(fileProblem(error, { path, attempt }), { path, name });
  }
}

/** A problem of a file, which is called otherwise in it. */
function called({ problem, cause }: ProblemError, { path, name }: { path: string; name: string }): ProblemError {
  const place = problem.place?.file === path ? { ...problem.place, file: name } : problem.place;
  return new ProblemError({ ...problem, ...(place && { place }) }, { cause });
}

function decoded(bytes: Uint8Array, { name }: { name: string }): string {
  const encoding = encodingOf(bytes);
  const text = textIn(bytes, encoding);
  const strange = text.search(encoding === 'utf-8' ? /[\0\ufffd]/ : /\0/);
  if (strange === -1) return text;
  const before = text.slice(0, strange).split(/\r\n|\r|\n/);
  const place = { file: name, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  if (text[strange] === '\0') {
    throw new ProblemError({
      code: 'not-a-text',
      message: 'The file holds a byte of zeros here, which no text does: it is another kind of file, or it is damaged.',
      fix: 'Name the right file, or take it from a copy.',
      place,
    });
  }
  if (isValid(bytes)) return text;
  throw new ProblemError({
    code: 'not-a-text',
    message: 'The file is not written in UTF-8: a letter here has another encoding, such as Latin-1 or Windows-1252.',
    fix: 'Save it as UTF-8. In Visual Studio Code: “Save with Encoding”.',
    place,
  });
}

/** By the byte order mark; without one, the brace that begins an experiment tells UTF-16 by its zero. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== undefined && second !== 0)) return 'utf-16be';
  return 'utf-8';
}

function textIn(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): string {
  if (encoding !== 'utf-16be') return new TextDecoder(encoding).decode(bytes);
  // Node built with a small ICU decodes little endian only.
  const even = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return new TextDecoder('utf-16le').decode(even.swap16());
}

/** Whether U+FFFD stands there because somebody wrote it. */
function isValid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
