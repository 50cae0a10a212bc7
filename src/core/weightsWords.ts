import { counted } from './words.js';

/** What came of a file of weights, in a sentence or three: `216 tensors of resnet34.safetensors; left out: …`. */
export function weightsWords({
  file,
  loaded,
  skipped,
  resized,
  missing,
  prefix,
  naming,
}: {
  readonly file: string;
  readonly loaded: number;
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  readonly resized: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  readonly missing: readonly string[];
  readonly prefix: string;
  readonly naming: string | null;
}): string {
  const reasons = [...new Set(skipped.map(({ why }) => why))];
  const left = reasons.map((reason) => {
    const names = skipped.filter(({ why }) => why === reason).map(({ name }) => name);
    return `left out: ${listed(names)} (${reason})`;
  });
  const anew = missing.length === 0 ? [] : [`begun anew: ${listed(missing)}`];
  const made = resized.map(({ name, from, to }) => `resized: ${name} from ${from} to ${to}`);
  const names = [
    ...(prefix === '' ? [] : [`\`${prefix}\` taken off their names`]),
    ...(naming === null ? [] : [`under the names of ${naming}`]),
  ];
  return [`${counted(loaded, 'tensor')} of ${file}`, ...names, ...made, ...left, ...anew].join('; ');
}

const most = 6;

function listed(names: readonly string[]): string {
  const more = names.length - most;
  return more <= 0 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${more} more`;
}
