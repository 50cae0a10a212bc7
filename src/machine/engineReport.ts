import * as z from 'zod';
import { engineChoices, type EngineName } from '../core/spec/parts/engine.js';
import { problemSchema } from '../run/log/entry.js';

const nameSchema = z.custom<EngineName>(
  (value) => value !== 'auto' && value !== 'onnx' && engineChoices.some((choice) => choice === value),
);

/** What is known of one engine on this machine. */
export const engineReportSchema = z.discriminatedUnion('found', [
  z.object({
    engine: nameSchema,
    found: z.literal(true),
    /** What the hardware calls itself. */
    device: z.string(),
    /** Of the library that computes. */
    version: z.string(),
    /** A driver that computes on the CPU: it is there to try things out, and never chosen. */
    software: z.boolean(),
    /** Milliseconds of one step of training, the median of several; null where it was not measured. */
    milliseconds: z.number().nullable(),
  }),
  z.object({ engine: nameSchema, found: z.literal(false), problem: problemSchema }),
]);

export type EngineReport = z.output<typeof engineReportSchema>;

/** The fastest of the engines that were measured. The CPU stays where another is not clearly faster: it repeats to the bit. */
export function fastest(reports: readonly EngineReport[]): EngineName {
  const advantage = 1.1;
  let best: { engine: EngineName; milliseconds: number } | null = null;
  for (const report of reports) {
    if (!report.found || report.software || report.milliseconds === null) continue;
    const { engine } = report;
    const milliseconds = engine === 'onnx/cpu' ? report.milliseconds / advantage : report.milliseconds;
    if (best === null || milliseconds < best.milliseconds) best = { engine, milliseconds };
  }
  return best?.engine ?? 'onnx/cpu';
}
