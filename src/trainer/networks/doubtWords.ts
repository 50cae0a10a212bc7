import { reorderedClasses } from '../../core/classes/reordered.js';
import type { Doubt } from '../../core/evaluation/doubt.js';
import type { Problem } from '../../core/problem.js';
import type { RunSpec } from '../../core/spec/spec.js';
import { count, percent } from '../../core/words.js';

/** A line that is longer than this is not written into a message. */
const longestLine = 2000;
const mostNamed = 4;

/**
 * A doubt about a network in words, with what to do.
 * @param who what it is called: `The teacher right.onnx`
 * @param meant how to say that it is meant so; null where nobody needs to
 */
export function doubtProblem(
  doubt: Doubt,
  {
    who,
    spec,
    classes,
    meant,
  }: {
    who: string;
    spec: Pick<RunSpec, 'model' | 'weights' | 'trainable'>;
    classes: readonly string[];
    meant: string | null;
  },
): Problem {
  const { model, weights } = spec;
  const file = model.kind === 'onnx' ? model.file : weights?.file;
  const rest = { ...(file === undefined ? {} : { place: { file } }) };
  const end = meant === null ? '' : ` ${meant}`;
  if (doubt.kind === 'chance') {
    const { right, n, expected } = doubt.test;
    return {
      code: 'teacher-chance',
      message: `${who} is right on ${count(right)} of ${count(n)} labelled pictures, no better than chance: in random order its answers would be right on ${expected.toFixed(1)}.`,
      fix: `${file === undefined ? 'Train it longer, or with another learning rate.' : 'Check that it knows these classes, and that `input` (`size`, `mean`, `std`) is what it was trained with.'}${end}`,
      ...rest,
    };
  }
  const { answerOf, right, rightAsItIs } = doubt.order;
  const changed = classes.flatMap((name, index) => {
    const answer = answerOf[index] ?? index;
    return answer === index ? [] : [`\`${name}\` as \`${classes[answer] ?? ''}\``];
  });
  const shown = `${changed.slice(0, mostNamed).join(', ')}${changed.length > mostNamed ? ` and ${count(changed.length - mostNamed)} more` : ''}`;
  return {
    code: 'teacher-order',
    message: `${who} is right on ${count(rightAsItIs)} of ${count(doubt.n)} labelled pictures (${percent(rightAsItIs / doubt.n)}), and would be on ${count(right)} (${percent(right / doubt.n)}) with its classes in another order: it answers ${shown}.`,
    fix: `${orderFix({ spec, answerOf, classes, file })}${end}`,
    ...rest,
  };
}

function orderFix({
  spec: { model, trainable },
  answerOf,
  classes,
  file,
}: {
  spec: Pick<RunSpec, 'model' | 'trainable'>;
  answerOf: Int32Array;
  classes: readonly string[];
  file: string | undefined;
}): string {
  if (file === undefined || trainable !== 'none') return 'Check the names and the order of the folders of its classes.';
  if (typeof model.classes === 'string')
    throw new Error(`the names of the classes were not read from ${model.classes}`);
  // Indented, and then in one line: a line break inside a name is written as \n.
  const line = JSON.stringify(reorderedClasses(model.classes, { answerOf, classes, file }), null, 1);
  const joined = line
    .replaceAll(/\[\n\s*/g, '[')
    .replaceAll(/\n\s*\]/g, ']')
    .replaceAll(/\n\s*/g, ' ');
  return joined.length <= longestLine
    ? `Write "classes": ${joined} in its model.`
    : 'Write the names of its outputs in their order as `classes` in its model: a list, or the name of a file of them.';
}
