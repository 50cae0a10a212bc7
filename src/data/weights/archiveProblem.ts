import { buffer } from 'node:stream/consumers';
import { count } from '../../core/words.js';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { notWeights, numpyArchive, otherFramework, type FormatProblem } from './otherFormats.js';
import { torchFileOf } from './torchFile.js';
import { scriptRecipe, torchProblem } from './torchRecipe.js';

/** Pickles of the largest networks take some megabytes. */
const largestPickle = 16 * 2 ** 20;
/** Files of an archive: `torch.save` writes one for each tensor. */
const mostEntries = 100_000;

/** What a zip archive is that was given for weights: `torch.save`, TorchScript, NumPy and Keras write such. */
export async function archiveProblem(path: string): Promise<FormatProblem> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { autoClose: false });
  } catch {
    return notWeights('a zip archive that is cut short or damaged', 'Download it again.');
  }
  try {
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entries.length === mostEntries) return manyEntries;
      entries.push(entry);
    }
    return await problemOfEntries(path, zip, entries);
  } catch {
    return notWeights('a damaged zip archive', 'Download it again.');
  } finally {
    zip.close();
  }
}

const manyEntries = notWeights(
  `a zip archive of more than ${count(mostEntries)} files`,
  'Unpack it, and name the file with the weights.',
);

async function problemOfEntries(path: string, zip: ZipFile, entries: readonly Entry[]): Promise<FormatProblem> {
  const named = (pattern: RegExp): Entry | undefined => entries.find(({ fileName }) => pattern.test(fileName));
  if (named(/^[^/]+\/constants\.pkl$/) !== undefined) {
    return notWeights('a network of TorchScript (`torch.jit.save`)', scriptRecipe(path));
  }
  const pickle = named(/^[^/]+\/data\.pkl$/);
  if (pickle !== undefined) {
    const readable = pickle.uncompressedSize <= largestPickle;
    const bytes = readable ? await buffer(await zip.openReadStreamPromise(pickle)) : new Uint8Array();
    return torchProblem(path, torchFileOf(bytes));
  }
  if (named(/\.npy$/) !== undefined) {
    const ofJax = named(/^Transformer\/|^embedding\/kernel/) !== undefined;
    return ofJax
      ? notWeights('an archive of NumPy (.npz) with the names of JAX', otherFramework())
      : notWeights(numpyArchive.what, numpyArchive.fix(path));
  }
  if (named(/\.weights\.h5$|^config\.json$/) !== undefined) return notWeights('a model of Keras', otherFramework());
  const weights = named(/\.(?:safetensors|pth?|bin)$/);
  const inside = weights === undefined ? '' : `; it holds ${weights.fileName}`;
  return notWeights(`a zip archive${inside}`, 'Unpack it, and name the file with the weights.');
}
