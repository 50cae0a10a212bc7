import type { BenchCase } from './cases.js';

/** What came out of one case; ratios are to Distillery's time: above 1, Distillery is faster. */
export interface CaseResult {
  readonly name: string;
  readonly bounds: BenchCase['bounds'];
  readonly contenders: readonly (
    | { readonly kind: 'measured'; readonly name: string; readonly milliseconds: number; readonly ratio: number }
    | { readonly kind: 'cannot'; readonly name: string; readonly reason: string }
  )[];
}

/** Lines of Markdown: a row a case, milliseconds and how many times Distillery's time that is. */
export function table(results: readonly CaseResult[]): string {
  const names = results[0]?.contenders.map(({ name }) => name) ?? [];
  const rows = results.map(({ name, contenders }) => [
    name,
    ...contenders.map((contender, index) => {
      if (contender.kind === 'cannot') return `cannot: ${contender.reason}`;
      const milliseconds = `${contender.milliseconds.toFixed(2)} ms`;
      return index === 0 ? milliseconds : `${milliseconds} (${contender.ratio.toFixed(2)}×)`;
    }),
  ]);
  const lines = [['one training step', ...names], ['---', ...names.map(() => '---')], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A sentence for every bound that is not met. PyTorch's is left out where it could not be compared. */
export function failures(results: readonly CaseResult[], { pytorch }: { pytorch: boolean }): string[] {
  if (results.every(({ bounds }) => Object.keys(bounds).length === 0)) return ['No case with a bound was measured.'];
  return results.flatMap(({ name, contenders, bounds }) =>
    Object.entries(bounds).flatMap(([rival, bound]) => {
      if (rival === 'PyTorch' && !pytorch) return [];
      const found = contenders.find((contender) => contender.name === rival);
      if (found?.kind !== 'measured') return [`${name}: ${rival} was not measured.`];
      if (found.ratio >= bound) return [];
      return [`${name}: ${rival} takes ${found.ratio.toFixed(2)} times our time, promised are ${bound}.`];
    }),
  );
}
