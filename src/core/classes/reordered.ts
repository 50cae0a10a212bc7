import type { WrittenClasses } from '../spec/parts/classesSpec.js';
import { classMapOf } from './classMap.js';

/**
 * What an experiment should say of the classes of a model whose pictures of class i are answered as class `answerOf[i]`.
 * @param written what it says now; undefined where output i is class i
 */
export function reorderedClasses(
  written: WrittenClasses | undefined,
  { answerOf, classes, file }: { answerOf: ArrayLike<number>; classes: readonly string[]; file: string },
): WrittenClasses {
  if (written === undefined) {
    const names = classes.map((name) => name);
    classes.forEach((name, index) => (names[answerOf[index] ?? index] = name));
    return names;
  }
  const nameOf = (index: number): string => classes[answerOf[index] ?? index] ?? '';
  if (!Array.isArray(written))
    return Object.fromEntries(classes.map((name, index) => [name, written[nameOf(index)] ?? []]));
  const map = classMapOf(written, { classes, outputs: written.length, file });
  return Object.fromEntries(
    classes.map((name, index) => {
      const [only = 0, ...others] = map[answerOf[index] ?? index] ?? [];
      return [name, others.length === 0 ? only : [only, ...others]];
    }),
  );
}
