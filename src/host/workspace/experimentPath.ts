import { basename, dirname, join } from 'node:path';
import { exists } from '../../node/files/exists.js';

/** How the names of experiment files end. */
export const experimentEnding = '.distill.json';

/**
 * The path of an experiment file as it is meant: with its ending once, whatever of it was typed, left out or added by a
 * dialog. `mnist`, `mnist.json` and `mnist.distill.json.distill.json` all mean `mnist.distill.json`.
 * @param unnamed what it is called where nothing but the ending was typed
 */
export function experimentPath(path: string, { unnamed }: { unnamed: string }): string {
  const name = basename(path).replace(/(\.distill)?(\.jsonc?(\.distill)?)*$/i, '');
  return join(dirname(path), `${name === '' ? unnamed : name}${experimentEnding}`);
}

/** `mnist-quick` of `/…/mnist-quick.distill.json`. */
export function experimentLabel(file: string): string {
  return basename(file).replace(/\.distill\.json$/, '');
}

/** `mnist.distill.json` in a folder, or `mnist-2.distill.json` where there is one. */
export async function freeExperimentPath(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(folder, `${name}${number === 1 ? '' : `-${number}`}${experimentEnding}`);
    if (!(await exists(path))) return path;
  }
}
