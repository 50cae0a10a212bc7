import * as z from 'zod/mini';
import { largestTemperature, smallestTemperature, viewNames, type Selection } from './selection.js';
import { shownRun } from './parties.js';
import type { PanelStore } from './store.js';

/** What a person chose; what they did not choose is absent and follows from the runs shown. */
export type Choices = Partial<Selection>;

/** Each for itself, so that one which an older or newer version understood otherwise costs nothing but itself. */
const checks = {
  view: z.enum(viewNames),
  run: z.nullable(z.string()),
  split: z.enum(['validation', 'test']),
  epoch: z.nullable(z.int().check(z.gte(1))),
  example: z.int().check(z.gte(0)),
  temperature: z.number().check(z.gte(smallestTemperature), z.lte(largestTemperature)),
} satisfies Record<keyof Selection, z.ZodMiniType>;

/** What was saved with the panel, as far as it still makes sense. Never an error: at worst nothing was chosen. */
export function readChoices(saved: unknown): Choices {
  const values = z.record(z.string(), z.unknown()).safeParse(saved);
  if (!values.success) return {};
  const kept = Object.entries(checks).filter(([name, check]) => check.safeParse(values.data[name]).success);
  return choicesSchema.parse(Object.fromEntries(kept.map(([name]) => [name, values.data[name]])));
}

const choicesSchema = z.object({
  view: z.exactOptional(checks.view),
  run: z.exactOptional(checks.run),
  split: z.exactOptional(checks.split),
  epoch: z.exactOptional(checks.epoch),
  example: z.exactOptional(checks.example),
  temperature: z.exactOptional(checks.temperature),
});

/** The choices, with the rest filled in from what is shown: the first run, its latest epoch, its temperature. */
export function resolveChoices(choices: Choices, store: PanelStore): Selection {
  const data = shownRun(store, choices.run ?? null);
  const sameRun = choices.run == null || choices.run === data?.run.key;
  const epoch = choices.epoch ?? null;
  const known = data === null || !data.caughtUp || data.epochs.some((entry) => entry.epoch === epoch);
  const distilledAt = store.runs.map(({ run }) => run.record.spec.distill?.temperature);
  const temperature = data?.run.record.spec.distill?.temperature ?? distilledAt.find((t) => t !== undefined) ?? 4;
  return {
    view: choices.view ?? 'curves',
    run: data?.run.key ?? choices.run ?? null,
    split: choices.split ?? 'test',
    epoch: sameRun && known ? epoch : null,
    example: choices.example ?? 0,
    temperature: choices.temperature ?? Math.min(largestTemperature, Math.max(smallestTemperature, temperature)),
  };
}

/** Epochs belong to a run: with another run, the latest is meant again. */
export function change(choices: Choices, by: Choices): Choices {
  const otherRun = by.run !== undefined && by.run !== choices.run;
  return { ...choices, ...(otherRun ? { epoch: null } : {}), ...by };
}
