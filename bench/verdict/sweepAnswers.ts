import { readFileSync } from 'node:fs';
import { z } from 'zod';

const recorded = z.object({
  pictures: z.int(),
  configurations: z.array(z.object({ distill: z.array(z.number()).nullable(), right: z.array(z.string()) })),
});

/** Which answers of real runs are right: 1 or 0 of each picture. */
export interface SweepAnswers {
  readonly pictures: number;
  /** [seeds], of which the students have the first ones only. */
  readonly baseline: readonly Uint8Array[];
  /** [configurations][seeds]. */
  readonly students: readonly (readonly Uint8Array[])[];
}

/** The runs that `test/fixtures/record_sweep_answers.py` has packed. */
export function readSweepAnswers(): SweepAnswers {
  const text = readFileSync('test/fixtures/sweepAnswers.json', 'utf8');
  const { pictures, configurations } = recorded.parse(JSON.parse(text));
  const unpacked = configurations.map(({ distill, right }) => ({
    distill,
    runs: right.map((packed) => unpack(packed, pictures)),
  }));
  return {
    pictures,
    baseline: unpacked.find(({ distill }) => distill === null)?.runs ?? [],
    students: unpacked.filter(({ distill }) => distill !== null).map(({ runs }) => runs),
  };
}

function unpack(packed: string, pictures: number): Uint8Array {
  const bytes = Buffer.from(packed, 'base64');
  return Uint8Array.from({ length: pictures }, (_, i) => ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
}
