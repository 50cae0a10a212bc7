import { basename } from 'node:path';
import type { Problem } from '../../core/problem.js';
import { convertedName } from './torchRecipe.js';

/** What is wrong with a file that is of another format; the file is the place. */
export type FormatProblem = Omit<Problem, 'place'>;

export const notWeights = (what: string, mend: string): FormatProblem => ({
  code: 'weights-format',
  message: `This is ${what}, and no safetensors file.`,
  mend,
});

/** A format that weights come in elsewhere. */
export interface OtherFormat {
  readonly what: string;
  readonly mend: (path: string) => string;
}

const unpacked = (tool: string) => (): string => `Unpack it first (${tool}), and name the file that comes out of it.`;
const again = (): string =>
  'Download the file itself: in a browser by its download button, on Hugging Face under `resolve`, not `blob`.';
export const otherFramework = (): string =>
  'TensorFlow, Keras and JAX name and lay out weights otherwise. Take the PyTorch version of the network (timm, torchvision, transformers), or export it to ONNX (as `tf2onnx` does) and use it as `"model": { "kind": "onnx", "file": … }`.';
const onnx: OtherFormat = {
  what: 'an ONNX file, a network with its weights',
  mend: (path) =>
    `Use it as the network itself: \`"model": { "kind": "onnx", "file": ${JSON.stringify(basename(path))} }\`, without \`weights\`.`,
};
const numpy = (path: string, tensors: string): string =>
  `Where its names are those of PyTorch's state dict, write it as safetensors, in Python: \`import numpy; from safetensors.numpy import save_file; save_file(${tensors}, ${JSON.stringify(convertedName(path))})\`.`;

export const numpyArchive: OtherFormat = {
  what: 'an archive of NumPy (.npz)',
  mend: (path) => numpy(path, `dict(numpy.load(${JSON.stringify(path)}))`),
};

/**
 * The format of a file by its first bytes, and by its name where they have no sign of their own.
 * @param ascii its first bytes, a character each
 */
export function otherFormat(path: string, ascii: string): OtherFormat | null {
  const found = bySign.find(({ sign }) => sign.test(ascii)) ?? byEnding.find(({ ending }) => ending.test(path));
  return found ?? null;
}

/** By how they begin. */
const bySign: readonly (OtherFormat & { readonly sign: RegExp })[] = [
  {
    sign: /^version https:\/\/git-lfs\.github\.com\/spec/,
    what: 'a pointer of Git LFS: the file itself was not fetched',
    mend: () => 'Run `git lfs install` and `git lfs pull` in its repository, or download the file by itself.',
  },
  {
    sign: /^\s*(?:\xef\xbb\xbf)?\s*(?:<!--[^]*?-->\s*)*<(?:!doctype html|html|head|body|script)\b/i,
    what: 'a web page (HTML): a page was saved in place of the file',
    mend: again,
  },
  {
    sign: /^\s*(?:\xef\xbb\xbf)?<(?:\?xml|Error\b)/i,
    what: 'XML, such as a server says instead of a file',
    mend: again,
  },
  { sign: /^\x1f\x8b/, what: 'compressed with gzip', mend: unpacked('`gunzip`, or `tar xzf` for a .tar.gz') },
  { sign: /^BZh\d/, what: 'compressed with bzip2', mend: unpacked('`bunzip2`, or `tar xjf`') },
  { sign: /^\xfd7zXZ\0/, what: 'compressed with xz', mend: unpacked('`unxz`, or `tar xJf`') },
  { sign: /^\x28\xb5\x2f\xfd/, what: 'compressed with Zstandard', mend: unpacked('`unzstd`') },
  { sign: /^7z\xbc\xaf\x27\x1c/, what: 'an archive of 7-Zip', mend: unpacked('`7z x`') },
  { sign: /^Rar!/, what: 'an archive of RAR', mend: unpacked('`unrar x`') },
  { sign: /^[^]{257}ustar/, what: 'a tar archive', mend: unpacked('`tar xf`') },
  {
    sign: /^\x93NUMPY/,
    what: 'one array of NumPy (.npy)',
    mend: (path) =>
      `A network has many tensors, each with its name. For a head alone: ${numpy(path, `{"head.weight": numpy.load(${JSON.stringify(path)})}`)}`,
  },
  { sign: /^\x89HDF\r\n/, what: 'an HDF5 file, as Keras writes weights', mend: otherFramework },
  { sign: /^[^]{4}TFL3/, what: 'a network of TensorFlow Lite', mend: otherFramework },
  {
    sign: /^GGUF/,
    what: 'a GGUF file of quantized weights',
    mend: () => 'Take the PyTorch version of the network: safetensors, or what `torch.save` wrote.',
  },
  // Field 1, `ir_version`, and field 2, `producer_name`, or field 7, `graph`, or field 8, `opset_import`.
  { sign: /^\x08[\x01-\x20][\x12\x1a\x3a\x42]/, ...onnx },
];

/** What does not begin by a sign of its own. */
const byEnding: readonly (OtherFormat & { readonly ending: RegExp })[] = [
  { ending: /\.onnx$/i, ...onnx },
  { ending: /\.(?:pb|pbtxt)$/i, what: 'a graph of TensorFlow', mend: otherFramework },
  {
    ending: /\.ckpt\.(?:index|meta|data-\d+-of-\d+)$|\.data-\d{5}-of-\d{5}$|\.index$/i,
    what: 'a part of a checkpoint of TensorFlow',
    mend: otherFramework,
  },
  { ending: /\.msgpack$/i, what: 'weights of Flax', mend: otherFramework },
];
