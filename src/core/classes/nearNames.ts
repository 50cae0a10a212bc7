import { nearest } from '../spec/settings/suggestion.js';

const most = 3;

/** Names like a word: the one that is spelt most nearly so, then those that have it for a part. */
export function nearNames(word: string, names: readonly string[]): string[] {
  const spelt = nearest(word, names);
  const wanted = word.toLowerCase();
  const holding = names.filter((name) => name.toLowerCase().includes(wanted));
  return [...new Set([...(spelt === null ? [] : [spelt]), ...holding])].slice(0, most);
}
