import { ProblemError } from '../../core/problem.js';
import { count, counted } from '../../core/words.js';

/** A tensor with values that are no numbers. */
export interface NotFinite {
  readonly name: string;
  /** How many of its values are NaN or infinite. */
  readonly wrong: number;
  readonly of: number;
}

/** @returns null where all values are numbers */
export function notFiniteIn(name: string, values: Float32Array): NotFinite | null {
  const wrong = values.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  return wrong === 0 ? null : { name, wrong, of: values.length };
}

const most = 5;

/** Nothing can be computed with them: they come from a training that diverged, or from a conversion that overflowed. */
export function notFinite(tensors: readonly NotFinite[], { file, fix }: { file: string; fix: string }): ProblemError {
  const listed = tensors.slice(0, most).map(({ name, wrong, of }) => `\`${name}\` (${count(wrong)} of ${count(of)})`);
  const more = tensors.length > most ? ` and ${tensors.length - most} more` : '';
  const verb = tensors.length === 1 ? 'has' : 'have';
  return new ProblemError({
    code: 'weights-not-finite',
    message: `${counted(tensors.length, 'tensor')} of the file ${verb} values that are no numbers, NaN or infinite: ${listed.join(', ')}${more}.`,
    fix,
    place: { file },
  });
}
