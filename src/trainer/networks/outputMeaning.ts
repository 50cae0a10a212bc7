import { classesLine, classMapOf, mappedLogits, type ClassMap } from '../../core/classes/classMap.js';
import { hasZeros, logitsOfForm, outputForm, type OutputForm } from '../../core/evaluation/outputForm.js';
import { assertNever, type Problem, type ProblemError } from '../../core/problem.js';
import { count } from '../../core/words.js';
import type { FrozenNet } from '../answers/frozenNet.js';
import type { OnnxSpec } from '../onnxFile/interface.js';
import { namesOutputs, outputNames } from '../onnxFile/outputNames.js';
import { onnxProblem } from '../onnxFile/onnxProblems.js';

/** How the numbers that a network gives become logits of the data set's classes. */
export interface OutputMeaning {
  readonly form: OutputForm;
  /** Numbers in a row. */
  readonly width: number;
  /** Null where output i is class i. */
  readonly map: ClassMap | null;
}

/**
 * What the output of an ONNX file means, by a sample of its answers and by what the experiment says.
 * @param sample answers to pictures of the data set, [n, width]
 * @throws ProblemError as {@link mapOfFile}
 */
export async function onnxMeaning(
  spec: OnnxSpec,
  { sample, width, classes }: { sample: Float32Array; width: number; classes: readonly string[] },
): Promise<OutputMeaning> {
  const map = await mapOfFile(spec, { width, classes });
  return { form: spec.values ?? outputForm({ values: sample, width }), width, map };
}

/** One output for two classes is made two of. */
const outputsOf = (width: number): number => Math.max(2, width);

/**
 * Which outputs of an ONNX file mean which classes; null where output i is class i.
 * @param width how many numbers it gives
 * @throws ProblemError `onnx-classes` where nothing is said of other classes, `classes-…`
 */
export async function mapOfFile(
  spec: OnnxSpec,
  { width, classes }: { width: number; classes: readonly string[] },
): Promise<ClassMap | null> {
  const outputs = outputsOf(width);
  if (spec.classes === undefined) {
    if (outputs !== classes.length) throw wrongClasses(spec, { width, classes });
    return null;
  }
  const names = namesOutputs(spec.classes) ? await outputNames(spec.file) : null;
  return classMapOf(spec.classes, { classes, outputs, names, file: spec.file });
}

/** A net that gives logits of the data set's classes. @param onZeros told once, where the first −∞ among logits is put right */
export function asLogits(
  net: FrozenNet,
  { form, width, map }: OutputMeaning,
  { onZeros }: { onZeros: () => void },
): FrozenNet {
  const outputs = outputsOf(width);
  let isTold = false;
  return {
    ...net,
    width: map?.length ?? outputs,
    answer: async (images) => {
      const values = await net.answer(images);
      if (form === 'logits' && !isTold && hasZeros(values)) {
        onZeros();
        isTold = true;
      }
      const logits = logitsOfForm(form, { values, width });
      return map === null ? logits : mappedLogits(map, { logits, outputs });
    },
  };
}

/** What was put right, for whoever did not say that it is so; null for logits as they should be. */
export function formWarning({ file, values }: OnnxSpec, { form, width }: OutputMeaning): Problem | null {
  const said = (value: OutputForm): string =>
    `Nothing needs to be done. Write "values": "${value}" to say that it is so, or "logits" if it is not.`;
  const problem = (message: string, fix: string): Problem => ({
    code: `onnx-${form}`,
    message,
    fix,
    place: { file },
  });
  if (width === 1) {
    const meant = form === 'logits' ? 'its logit' : 'its probability';
    return problem(
      `The file has one output for two classes. It is taken for that of the second class, ${meant}: the logits are 0 and ${form === 'logits' ? 'z' : 'log(p / (1 − p))'}.`,
      'Nothing needs to be done if it stands for the second class; if for the first, give `classes` in the other order.',
    );
  }
  if (values !== undefined) return null;
  switch (form) {
    case 'logits':
      return null;
    case 'probabilities':
      return problem('The file gives probabilities; their logarithms are taken for the logits.', said(form));
    case 'sigmoids':
      return problem(
        'The file gives a probability of each class by itself, between 0 and 1 and not summing to 1, as sigmoids do; log(p / (1 − p)) is taken for the logits.',
        said(form),
      );
    default:
      return assertNever(form);
  }
}

/** What was put right where logits are −∞. */
export const zerosWarning = ({ file }: OnnxSpec): Problem => ({
  code: 'onnx-log-of-zero',
  message:
    'The file gives −Infinity for some classes, as the logarithm of a probability of 0. It is taken for that of the smallest normal number of float32, 2^−126: 87.3 below the logarithm of the sum of all.',
  fix: 'Nothing needs to be done. To have no such numbers, export it without the logarithm.',
  place: { file },
});

const imagenetClasses = 1000;

function wrongClasses(
  { file }: OnnxSpec,
  { width, classes }: { width: number; classes: readonly string[] },
): ProblemError {
  const trained = width === imagenetClasses ? ', as networks of ImageNet do' : '';
  return onnxProblem(file, {
    code: 'classes',
    message: `The file tells ${width === 1 ? 'two classes apart with its one output' : `${count(width)} classes apart${trained}`}, and the data set has ${count(classes.length)}${namesInBrackets(classes)}.`,
    fix:
      width < classes.length
        ? 'Use a network that knows all of them, or write "trainable": "head" to train a new last layer on this one.'
        : `If it knows them, say which of its outputs means which: ${classesLine(classes)}. Or write "trainable": "head" to train a new last layer on it.`,
  });
}

const mostNamed = 6;

function namesInBrackets(classes: readonly string[]): string {
  const shown = classes.slice(0, mostNamed).map((name) => `\`${name}\``);
  return ` (${shown.join(', ')}${classes.length > mostNamed ? ' …' : ''})`;
}
