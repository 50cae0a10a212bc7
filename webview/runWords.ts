import { distillWords } from '../src/core/spec/parts/distillWords.js';
import { assertNever } from '../src/core/problem.js';
import { count } from '../src/core/words.js';
import type { RunSpec, Trainable } from '../src/core/spec/spec.js';
import type { RunData } from './store.js';

/** `student · T 20 · α 0.9 · seed 0`. */
export function runName({ name, distill, seed }: RunSpec): string {
  return [name, ...distillWords(distill), `seed ${seed}`].join(' · ');
}

/** As `runName`, with the tail of its id where another run shown has the same name. */
export function distinctName(data: RunData, among: readonly RunData[]): string {
  const name = runName(data.run.record.spec);
  const alike = among.filter(({ run }) => runName(run.record.spec) === name);
  return alike.length > 1 ? `${name} · ${data.run.record.id.split('-').at(-1) ?? ''}` : name;
}

/** What of a network is trained, where that is not all of it: `, only its head trained`. */
export function trainedWords(trainable: Trainable): string {
  switch (trainable) {
    case 'all':
      return '';
    case 'head':
      return ', only its head trained';
    case 'none':
      return ', not trained';
    default:
      return assertNever(trainable);
  }
}

/** `1.27 M`, `85.3 k`, `320`. */
export function magnitude(value: number): string {
  if (value >= 999_500) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 10_000) return `${(value / 1e3).toPrecision(3)} k`;
  return count(value);
}

/** `312 B`, `4.2 kB`, `12.8 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1e3).toPrecision(3)} kB`;
  return `${(bytes / 1e6).toPrecision(bytes < 999_500_000 ? 3 : 4)} MB`;
}
