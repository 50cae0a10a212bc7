import type { RunData } from './store.js';
import type { ViewProps } from './view.js';

/** The epoch of `run` whose answers are meant; null where it has none on the split. */
export function epochOf({
  run,
  selection,
}: {
  run: RunData | undefined;
  selection: ViewProps['selection'];
}): number | null {
  const stored = (run?.epochs ?? []).filter(({ logits }) => logits[selection.split] !== undefined);
  const selected = run?.run.key === selection.run ? stored.find(({ epoch }) => epoch === selection.epoch) : undefined;
  return (selected ?? stored.at(-1))?.epoch ?? null;
}
