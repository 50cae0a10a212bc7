import { stat } from 'node:fs/promises';
import { canonicalJson } from '../../core/json.js';
import { fileProblem } from '../../node/fileProblem.js';
import { sha256 } from '../../node/files/hash.js';
import type { Example, ImageFolder } from './listImageFolder.js';

/** Endings under which pictures were always read. */
const first = /\.(jpe?g|png|webp)$/i;

/**
 * What stands for the contents of an image folder: the names and sizes of its pictures, for they may be many, wherever
 * the folders of its splits lie and whatever they are called. Pictures that were once passed over are marked: a result
 * without them is another.
 * @throws ProblemError where a picture is gone
 */
export async function imagesContents({ train, validation, test }: Omit<ImageFolder, 'classes'>): Promise<string> {
  const entry = async ({ file, name }: Example): Promise<[string, number] | [string, number, string]> => {
    try {
      const { size } = await stat(file);
      return first.test(name) ? [name, size] : [name, size, 'by its contents'];
    } catch (error) {
      throw fileProblem(error, { path: file, attempt: 'read the picture' });
    }
  };
  const entries = await Promise.all([...train, ...validation, ...test].map(entry));
  return sha256(canonicalJson(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}
