import { ProblemError } from '../core/problem.js';

/**
 * The operating system's name of an error, such as `ENOSPC`, or of what caused a problem; undefined for errors that are
 * not its own.
 */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof ProblemError) return error.cause === undefined ? undefined : errorCode(error.cause);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns an error of the file system into one for a person: which file, what was tried, what to do.
 * A `ProblemError` passes through unchanged.
 * @param attempt what was tried, as in "could not <attempt>": `write the checkpoint`. Where nothing is written it begins with
 *   `read` or `look`, and another folder for what is written is no advice
 */
export function fileProblem(error: unknown, { path, attempt }: { path: string; attempt: string }): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = errorCode(error);
  const { kind, reason, fix } = explain(code, { reads: /^(read|look) /.test(attempt) });
  const detail = reason ?? (error instanceof Error ? error.message : String(error));
  return new ProblemError(
    { code: kind, message: `Could not ${attempt}: ${detail}.`, fix, place: { file: path } },
    { cause: error },
  );
}

function explain(
  code: string | undefined,
  { reads }: { reads: boolean },
): { kind: string; reason?: string; fix: string } {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        kind: 'disk-full',
        reason: 'there is no space left on the disk',
        fix: 'Free some space, or choose another runs folder. What was saved before is still there.',
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        kind: 'no-permission',
        reason: code === 'EROFS' ? 'the file system is read-only' : 'permission was denied',
        fix: reads
          ? 'Allow reading it: it belongs to somebody else, or its permissions leave you out.'
          : 'Allow writing and reading there, or choose another runs folder.',
      };
    case 'ENOENT':
      return { kind: 'file-missing', reason: 'it does not exist', fix: 'Check the path.' };
    case 'ENOTDIR':
    case 'EEXIST':
      return {
        kind: 'not-a-folder',
        reason: 'a file stands where a folder is needed',
        fix: reads ? 'Check the path.' : 'Move that file away, or choose another folder.',
      };
    case 'EISDIR':
      return { kind: 'not-a-file', reason: 'it is a folder, not a file', fix: 'Check the path.' };
    case 'ELOOP':
      return { kind: 'link-loop', reason: 'it is a link that leads back to itself', fix: 'Correct the link.' };
    default:
      return { kind: 'file-failed', fix: 'Check the disk and try again.' };
  }
}
