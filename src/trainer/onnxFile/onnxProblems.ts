import { ProblemError } from '../../core/problem.js';

/** Of an ONNX file: what is wrong with it, and what to do. */
export function onnxProblem(
  file: string,
  { code, message, fix, path }: { code: string; message: string; fix: string; path?: string },
): ProblemError {
  return new ProblemError({ code: `onnx-${code}`, message, fix, place: { file, ...(path && { path }) } });
}

/** ONNX Runtime's refusals by their words, and what they mean for whoever has the file. */
const refusals: readonly { readonly words: RegExp; readonly code: string; readonly fix: string }[] = [
  {
    words: /protobuf|failed to load model because/i,
    code: 'not-a-model',
    fix: 'Check that this is the file that was exported, and whole: torch.onnx.export writes such files.',
  },
  {
    words: /opset|ir[ _]version/i,
    code: 'opset',
    fix: 'Export it again for an older operator set: torch.onnx.export(…, opset_version=17).',
  },
  {
    words: /external|no such file|file_size|filesystem/i,
    code: 'external',
    fix: 'Put the files with its weights beside it, under the names they had when it was exported.',
  },
  {
    words: /not implemented|not a registered|no op registered|could not find an implementation/i,
    code: 'operation',
    fix: 'Export the model without this operation, or in float32.',
  },
];

/** What ONNX Runtime says of a file it does not open. */
export function refused(file: string, error: unknown): ProblemError {
  const text = error instanceof Error ? error.message : String(error);
  // Without the place in its own source, which comes first, and the file, which is named anyhow.
  const [line = ''] = text.replace(/\/onnxruntime_src\/\S+ .*?\) (?=[A-Z])/s, ' ').split('\n');
  const reason = line.replace(`Load model from ${file} failed:`, '').trim();
  const found = refusals.find(({ words }) => words.test(text));
  return onnxProblem(file, {
    code: found?.code ?? 'refused',
    message: `ONNX Runtime does not open this file: ${reason.slice(0, 400)}`,
    fix: found?.fix ?? 'Check it with onnx.checker.check_model, or export it again.',
  });
}

/** `` `a`, `b` and 3 more `` */
export function namesOf(names: readonly string[], most = 8): string {
  const more = names.length - most;
  const shown = names.slice(0, most).map((name) => `\`${name}\``);
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
