import { basename } from 'node:path';
import type { Problem } from '../../core/problem.js';
import { convertedName } from './torchRecipe.js';

/** What is wrong with a file that is of another format; the file is the place. */
export type FormatProblem = Omit<Problem, 'place'>;

export const notWeights = (what: string, fix: string): FormatProblem => ({
  code: 'weights-format',
  message: `This is ${what}, and no safetensors file.`,
  fix,
});

/** A format that weights come in elsewhere. */
export interface OtherFormat {
  readonly what: string;
  readonly fix: (path: string) => string;
}

const unpacked = (tool: string) => (): string => `Unpack it first (${tool}), and name the file that comes out of it.`;
const again = (): string =>
  'Download the file itself: in a browser by its download button, on Hugging Face under `resolve`, not `blob`.';
export const otherFramework = (): string =>
  'TensorFlow, Keras and JAX name and lay out weights otherwise. Take the PyTorch version of the network (timm, torchvision, transformers), or export it to ONNX (as `tf2onnx` does) and use it as `"model": { "kind": "onnx", "file": … }`.';
const onnx: OtherFormat = {
  what: 'an ONNX file, a network with its weights',
  fix: (path) =>
    `Use it as the network itself: \`"model": { "kind": "onnx", "file": ${JSON.stringify(basename(path))} }\`, without \`weights\`.`,
};
const numpy = (path: string, tensors: string): string =>
  `Where its names are those of PyTorch's state dict, write it as safetensors, in Python: \`import numpy; from safetensors.numpy import save_file; save_file(${tensors}, ${JSON.stringify(convertedName(path))})\`.`;

export const numpyArchive: OtherFormat = {
  what: 'an archive of NumPy (.npz)',
  fix: (path) => numpy(path, `dict(numpy.load(${JSON.stringify(path)}))`),
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
    fix: () => 'Run `git lfs install` and `git lfs pull` in its repository, or download the file by itself.',
  },
  {
    sign: /^\s*(?:\xef\xbb\xbf)?\s*(?:<!--[^]*?-->\s*)*<(?:!doctype html|html|head|body|script)\b/i,
    what: 'a web page (HTML): a page was saved in place of the file',
    fix: again,
  },
  {
    sign: /^\s*(?:\xef\xbb\xbf)?<(?:\?xml|Error\b)/i,
    what: 'XML, such as a server says instead of a file',
    fix: again,
  },
  { sign: /^\x1f\x8b/, what: 'compressed with gzip', fix: unpacked('`gunzip`, or `tar xzf` for a .tar.gz') },
  { sign: /^BZh\d/, what: 'compressed with bzip2', fix: unpacked('`bunzip2`, or `tar xjf`') },
  { sign: /^\xfd7zXZ\0/, what: 'compressed with xz', fix: unpacked('`unxz`, or `tar xJf`') },
  { sign: /^\x28\xb5\x2f\xfd/, what: 'compressed with Zstandard', fix: unpacked('`unzstd`') },
  { sign: /^7z\xbc\xaf\x27\x1c/, what: 'an archive of 7-Zip', fix: unpacked('`7z x`') },
  { sign: /^Rar!/, what: 'an archive of RAR', fix: unpacked('`unrar x`') },
  { sign: /^[^]{257}ustar/, what: 'a tar archive', fix: unpacked('`tar xf`') },
  {
    sign: /^\x93NUMPY/,
    what: 'one array of NumPy (.npy)',
    fix: (path) =>
      `A network has many tensors, each with its name. For a head alone: ${numpy(path, `{"head.weight": numpy.load(${JSON.stringify(path)})}`)}`,
  },
  { sign: /^\x89HDF\r\n/, what: 'an HDF5 file, as Keras writes weights', fix: otherFramework },
  { sign: /^[^]{4}TFL3/, what: 'a network of TensorFlow Lite', fix: otherFramework },
  {
    sign: /^GGUF/,
    what: 'a GGUF file of quantized weights',
    fix: () => 'Take the PyTorch version of the network: safetensors, or what `torch.save` wrote.',
  },
  // Field 1, `ir_version`, and field 2, `producer_name`, or field 7, `graph`, or field 8, `opset_import`.
  { sign: /^\x08[\x01-\x20][\x12\x1a\x3a\x42]/, ...onnx },
];

/** What does not begin by a sign of its own. */
const byEnding: readonly (OtherFormat & { readonly ending: RegExp })[] = [
  { ending: /\.onnx$/i, ...onnx },
  { ending: /\.(?:pb|pbtxt)$/i, what: 'a graph of TensorFlow', fix: otherFramework },
  {
    ending: /\.ckpt\.(?:index|meta|data-\d+-of-\d+)$|\.data-\d{5}-of-\d{5}$|\.index$/i,
    what: 'a part of a checkpoint of TensorFlow',
    fix: otherFramework,
  },
  { ending: /\.msgpack$/i, what: 'weights of Flax', fix: otherFramework },
];
