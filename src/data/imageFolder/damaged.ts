import { relative, sep } from 'node:path';
import type { Problem } from '../../core/problem.js';
import { count, counted } from '../../core/words.js';
import type { DamagedFile } from './listClasses.js';

/** So many are named; the others are counted. */
const most = 20;

/**
 * Pictures that cannot be used, all in one problem.
 * @param of how many there are, these among them
 */
export function damagedProblem(
  damaged: readonly DamagedFile[],
  { folder, of }: { folder: string; of: number },
): Problem {
  const [first, ...others] = damaged;
  const fix = 'Replace or remove them, or write `"damaged": "skip"` into `data` to go on without them.';
  if (first !== undefined && others.length === 0) {
    const place = { file: first.file, path: 'data.folder' };
    const message = `This picture cannot be used: it ${first.why}.`;
    return { code: 'picture-damaged', message, fix: fix.replaceAll('them', 'it'), place };
  }
  const message = `${count(damaged.length)} of ${counted(of, 'picture')} cannot be used: ${damagedWords(damaged, { folder })}.`;
  return { code: 'picture-damaged', message, fix, place: { file: folder, path: 'data.folder' } };
}

/** `train/a/1.jpg is empty; train/b/page.jpg is an HTML page; and 3 more`. */
function damagedWords(damaged: readonly DamagedFile[], { folder }: { folder: string }): string {
  const shown = damaged.slice(0, most).map(({ file, why }) => `${insideName(file, folder)} ${why}`);
  const more = damaged.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`and ${count(more)} more`])].join('; ');
}

/** What is said once where they are left out. */
export function leftOutWarning(
  damaged: readonly DamagedFile[],
  { folder, of }: { folder: string; of: number },
): Problem {
  const left = damaged.length === 1 ? 'is left out' : 'are left out';
  return {
    code: 'pictures-left-out',
    message: `${count(damaged.length)} of ${counted(of, 'picture')} ${left}: ${damagedWords(damaged, { folder })}.`,
    fix: 'The experiment asks for that with `"damaged": "skip"`.',
    place: { path: 'data.damaged' },
  };
}

/** A file as it is called inside a folder, with `/` on every system. */
export function insideName(file: string, folder: string): string {
  return relative(folder, file).split(sep).join('/');
}
