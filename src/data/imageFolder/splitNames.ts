import type { SplitName } from '../../run/folder.js';

/** What people call the folders of a split. */
const names: Readonly<Record<SplitName, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['val', 'valid', 'validation', 'eval', 'evaluation', 'dev'],
  test: ['test', 'testing'],
};

/** `train_set`, `TestImages` and `training-data` as well. */
const addition = /[\s._-]*(set|data|dataset|images|split)$/;

/** Which split a folder is by its name; null for any other. */
export function splitNamed(folder: string): SplitName | null {
  const name = folder.toLowerCase();
  const words = [name, name.replace(addition, '')];
  const all = ['train', 'validation', 'test'] as const;
  return all.find((split) => words.some((word) => names[split].includes(word))) ?? null;
}
