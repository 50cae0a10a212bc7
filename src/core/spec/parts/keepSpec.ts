import * as z from 'zod';

const units = { kB: 1e3, MB: 1e6, GB: 1e9 } as const;
const budgetPattern = /^(\d+(?:\.\d+)?) ?(kB|MB|GB)$/;

/** Which epochs' logits stay: all, so many epochs, or as many as a budget has room for. */
export const keptLogitsSchema = z.union([
  z.literal('all'),
  z.int().min(3),
  z.string().regex(budgetPattern).meta({ title: 'a size such as `64 MB`' }),
]);
export type KeptLogits = z.output<typeof keptLogitsSchema>;

/** What a run keeps for those who look back. No part of what it computes, nor of its hash. */
export const keepSchema = z.strictObject({
  logits: keptLogitsSchema
    .default('256 MB')
    .describe(
      'Which epochs’ logits stay: a budget for each run, such as `256 MB`; a number of epochs; or `all`. First, last and best on validation stay in any case, and of those between as many as there is room for, evenly.',
    ),
});
export type KeepSpec = z.output<typeof keepSchema>;

/** What holds where an experiment says nothing, and when older runs are thinned. */
export const defaultKeep: KeepSpec = keepSchema.parse({});

/**
 * How many epochs may stay.
 * @param bytesPerEpoch of all splits together, as float32
 */
export function mostKept(logits: KeptLogits, { bytesPerEpoch }: { bytesPerEpoch: number }): number {
  if (logits === 'all') return Infinity;
  if (typeof logits === 'number') return logits;
  const [, value = '', unit = ''] = budgetPattern.exec(logits) ?? [];
  const scale = unit === 'kB' || unit === 'MB' || unit === 'GB' ? units[unit] : NaN;
  return Math.floor((Number(value) * scale) / Math.max(1, bytesPerEpoch));
}

/**
 * The epochs that stay once `last` is over, rising. All where there is room for all; else first, last and best, and
 * between them every second, fourth, eighth … epoch: what one epoch's end takes away no later one would have kept, so that
 * what stays is even at every moment, and what is known at the end is the same wherever a run was interrupted.
 * @param best on validation; null where there is none
 * @param most how many may stay; first, last and best do in any case
 */
export function keptEpochs({ last, best, most }: { last: number; best: number | null; most: number }): number[] {
  const stride = strideOf({ last, room: most - (best === null ? 1 : 2), isWhole: last <= most });
  const kept = new Set(best === null ? [last] : [best, last]);
  for (let epoch = 1; epoch <= last; epoch += stride) kept.add(epoch);
  return [...kept].sort((a, b) => a - b);
}

/** Room is kept for last and best beside the even ones: they come and go, and the stride must never shrink again. */
function strideOf({ last, room, isWhole }: { last: number; room: number; isWhole: boolean }): number {
  if (isWhole) return 1;
  let stride = 2;
  while (stride < last && Math.floor((last - 1) / stride) + 1 > room) stride *= 2;
  return stride;
}
