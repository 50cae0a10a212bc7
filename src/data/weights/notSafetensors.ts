import { basename } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { fileProblem } from '../../node/fileProblem.js';
import { archiveProblem } from './archiveProblem.js';
import { notWeights, otherFormat, type FormatProblem } from './otherFormats.js';
import { legacyTorchFileOf } from './torchFile.js';
import { convertedName, torchProblem } from './torchRecipe.js';
import { openRegular } from '../../node/files/regularFile.js';

/** As much of a file as is looked at: pickles of a large network take some hundred kilobytes. */
const looked = 4 * 2 ** 20;

/**
 * What a file is that was given for weights and is no safetensors file, and how to get at its weights.
 * @returns null for what may be a safetensors file, whole or damaged
 * @throws ProblemError `file-missing`, `no-permission`, …
 */
export async function notSafetensors(path: string): Promise<ProblemError | null> {
  let begin: Uint8Array;
  try {
    const file = await openRegular(path, { attempt: 'read the weights' });
    try {
      const bytes = new Uint8Array(looked);
      const { bytesRead } = await file.read(bytes, 0, looked, 0);
      begin = bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'read the weights' });
  }
  const found = await otherKind(path, begin);
  return found === null ? null : new ProblemError({ ...found, place: { file: path } });
}

async function otherKind(path: string, begin: Uint8Array): Promise<FormatProblem | null> {
  if (begin.length === 0) return notWeights('an empty file', 'Download it again.');
  const ascii = String.fromCharCode(...begin.subarray(0, 512));
  if (ascii.startsWith('PK\x03\x04') || ascii.startsWith('PK\x05\x06')) return archiveProblem(path);
  if (isHeader(ascii)) return null;
  if (/^\x80[\x02-\x05]/.test(ascii)) return pickleProblem(path, begin);
  const format = otherFormat(path, ascii);
  return format === null ? textProblem(begin) : notWeights(format.what, format.fix(path));
}

/** How a safetensors file begins: the length of a header, whose last bytes are 0, and a bracket. */
const isHeader = (ascii: string): boolean => /^[^]{5}\0{3}\{/.test(ascii);

/** What `torch.save` writes is a pickle, or has one in it. */
function pickleProblem(path: string, begin: Uint8Array): FormatProblem {
  const file = legacyTorchFileOf(begin);
  if (file.torch || file.form !== null) return torchProblem(path, file);
  return {
    code: 'weights-pickle',
    message:
      'This is a pickle of Python, and no safetensors file. Pickles can run any program and are not read; what it holds cannot be told.',
    fix: `Open it with what wrote it (as \`pickle.load\` or \`joblib.load\`, where you trust its origin), and write its tensors under PyTorch's names with \`safetensors.torch.save_file\` or \`safetensors.numpy.save_file\` to ${basename(convertedName(path))}.`,
  };
}

/** Text is no weights, whatever it says. */
function textProblem(begin: Uint8Array): FormatProblem | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(begin.subarray(0, 200), { stream: true });
  } catch {
    return null;
  }
  // Tabs, line feeds and carriage returns are the control characters of texts.
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) return null;
  const [line = ''] = text.trimStart().split(/[\r\n]/, 1);
  const json = text.trimStart().startsWith('{');
  return notWeights(
    `${json ? 'JSON' : 'a text'}, which begins with ${JSON.stringify(line.slice(0, 60))}`,
    json
      ? 'Name the safetensors file itself, or the index of its shards (`model.safetensors.index.json`).'
      : 'Name the file with the weights, or download it again: it may be what a server says instead of the file.',
  );
}
