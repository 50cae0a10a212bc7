/**
 * That the answers at hand are of another epoch than was asked for; nothing where they are of that very one.
 * @param run whose they are, where that is not clear
 */
export function thinnedWords({
  asked,
  found,
  run = null,
}: {
  asked: number;
  found: number;
  run?: string | null;
}): string[] {
  if (asked === found) return [];
  const whose = run === null ? '' : ` of ${run}`;
  return [
    `The logits of epoch ${asked}${whose} were thinned: these logits are of epoch ${found}, the nearest that is kept.`,
  ];
}
