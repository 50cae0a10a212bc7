import { readdir } from 'node:fs/promises';

/**
 * The file of weights in a folder, as a model is downloaded: the index of shards, or the only safetensors file.
 * @returns its name; null where there is none, or several
 */
export async function weightsIn(folder: string): Promise<string | null> {
  const names = await readdir(folder).catch(() => []);
  const index = names.filter((name) => name.endsWith('.safetensors.index.json'));
  const whole = names.filter((name) => name.endsWith('.safetensors'));
  const [only, ...more] = index.length > 0 ? index : whole;
  return only === undefined || more.length > 0 ? null : only;
}
