import { nearest } from '../../core/spec/settings/suggestion.js';
import { namesOf, onnxProblem } from './onnxProblems.js';

/** What a file gives under one name: numbers that can be logits, a label, or a list of maps as scikit-learn's converters make. */
export interface FileOutput {
  readonly name: string;
  readonly kind: 'numbers' | 'label' | 'maps';
}

/**
 * The output that holds what a classifier says of each class: the one that is named, or the only one of numbers.
 * @throws ProblemError `onnx-outputs`, `onnx-output-type`
 */
export function chosenOutput(
  outputs: readonly FileOutput[],
  { file, output }: { file: string; output: string | null },
): string {
  const numbers = outputs.filter(({ kind }) => kind === 'numbers').map(({ name }) => name);
  const [only, ...more] = numbers;
  if (output === null) {
    if (only === undefined) throw noNumbers(outputs, file);
    if (more.length > 0) throw chooseOutput(numbers, { file, output });
    return only;
  }
  const named = outputs.find(({ name }) => name === output);
  if (named === undefined) throw chooseOutput(numbers, { file, output });
  if (named.kind === 'numbers') return output;
  if (only === undefined) throw noNumbers([named], file);
  throw onnxProblem(file, {
    code: 'output-type',
    message: `The output \`${output}\` holds ${kindWords(named)}, and no number for each class.`,
    fix:
      more.length === 0 ? `Write "output": "${only}", or leave \`output\` out.` : `Choose one of ${namesOf(numbers)}.`,
    path: 'model.output',
  });
}

/** Which output is meant cannot be told, or there is none of the name. */
function chooseOutput(
  numbers: readonly string[],
  { file, output }: { file: string; output: string | null },
): ReturnType<typeof onnxProblem> {
  const near = output === null ? null : nearest(output, numbers);
  return onnxProblem(file, {
    code: 'outputs',
    message:
      output === null
        ? `The file has ${numbers.length} outputs of numbers: ${namesOf(numbers)}.`
        : `The file has no output \`${output}\`. It has: ${namesOf(numbers)}.`,
    fix:
      near === null
        ? `Name the one that holds the logits, as "output": "${numbers[0] ?? ''}".`
        : `Did you mean \`${near}\`?`,
    path: 'model.output',
  });
}

const kindWords = ({ kind }: FileOutput): string =>
  kind === 'label' ? 'the label of the answer alone' : 'a list of maps (ZipMap)';

/** No output has a number for each class. */
function noNumbers(outputs: readonly FileOutput[], file: string): ReturnType<typeof onnxProblem> {
  const [first] = outputs;
  if (first === undefined) {
    return onnxProblem(file, {
      code: 'outputs',
      message: 'The file has no output.',
      fix: 'Export a classifier whose output is its logits.',
    });
  }
  const maps = outputs.find(({ kind }) => kind === 'maps');
  return onnxProblem(file, {
    code: 'output-type',
    message: `The file says ${kindWords(maps ?? first)} and has no output with a number for each class.`,
    fix:
      maps === undefined
        ? 'Export it with its logits, or its probabilities, for an output: a label does not say how sure it is, and of that a student learns.'
        : "Export it without ZipMap, with scikit-learn: `convert_sklearn(model, initial_types=…, options={'zipmap': False})`.",
  });
}
