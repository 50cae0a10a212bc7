import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { parseCheckpointText, positionKey, positionText } from '../../run/checkpoint/checkpointHead.js';
import { runFiles } from '../../run/folder.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { RunRecord } from '../../run/record.js';
import { metricsSchema } from '../../run/log/entry.js';
import { epochSumsSchema } from './epochSums.js';
import {
  readSafetensors,
  requireTensor,
  writeSafetensors,
  type StoredTensor,
} from '../../node/safetensors/safetensors.js';
import { checkWhole } from '../../node/safetensors/safetensorsHead.js';

/** How far a run is, apart from its tensors. What is summed within an epoch is kept too, so a resumed run logs the same. */
const positionSchema = z.object({
  version: z.literal(1),
  specHash: z.string(),
  step: z.int().min(0),
  /** Of the trainer that wrote it (src/run/log/turns.ts). Absent in older checkpoints. */
  turn: z.int().optional(),
  seconds: z.number().min(0),
  /** Sums over the steps of the epoch under way. */
  sums: epochSumsSchema,
  /** Of the last epoch that was evaluated. */
  test: metricsSchema.nullable(),
});

export type Position = z.output<typeof positionSchema>;

export interface Checkpoint {
  readonly position: Position;
  /** Parameters and optimizer slots by name. */
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

/**
 * Replaces the checkpoint as a whole, once the new one has been read back from the disk and is what was written. The one
 * before it is kept beside it, and is all that there is for whom dies between the two renames.
 * @throws ProblemError `checksum-mismatch` where the disk does not give back what was written, `disk-full`, …
 */
export async function writeCheckpoint(
  run: OpenedRun,
  { position, tensors }: Checkpoint,
  shapes: Readonly<Record<string, readonly number[]>>,
): Promise<void> {
  const stored: Record<string, StoredTensor> = {};
  for (const [name, data] of Object.entries(tensors))
    stored[name] = { dtype: 'F32', shape: shapes[name] ?? [data.length], data };
  const written: Position = { ...position, turn: run.turn ?? undefined };
  const metadata = { format: 'pt', [positionKey]: JSON.stringify(written) };
  const kept = { check: checkWhole, keepAs: runFiles.previousCheckpoint };
  await writeSafetensors(run.file('checkpoint'), stored, metadata, kept);
}

/** Takes away the checkpoint before the last one, of a run that is finished. Where that cannot be done it stays. */
export async function dropPrevious({ folder }: OpenedRun): Promise<void> {
  await rm(folder.at(runFiles.previousCheckpoint), { force: true }).catch(() => undefined);
}

/**
 * @param record of the run that it belongs to; the checkpoint may still be that of the run which this one goes on from
 * @param shapes the tensors that the caller needs; others in the file are passed over
 * @throws ProblemError when the file is damaged, belongs to another spec, or lacks a tensor
 */
export async function readCheckpoint(
  file: string,
  {
    record: { specHash, continuedFrom },
    shapes,
  }: {
    record: Pick<RunRecord, 'specHash' | 'continuedFrom'>;
    shapes: Readonly<Record<string, readonly number[]>>;
  },
): Promise<Checkpoint> {
  const contents = await readSafetensors(file);
  const position = parseCheckpointText(positionSchema, contents.metadata[positionKey], file);
  if (position.specHash !== specHash && position.specHash !== continuedFrom?.specHash) {
    throw new ProblemError({
      code: 'checkpoint-of-another-run',
      message: `Checkpoint and run.json do not belong together: the checkpoint was written by a run with the spec ${position.specHash.slice(0, 12)}, and run.json says ${specHash.slice(0, 12)}.`,
      place: { file },
      fix: 'Bring back from a copy whichever of the two is of another run, or run the experiment again with --force.',
    });
  }
  const tensors: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const { data, shape: found } = requireTensor(contents, { name, dtype: 'F32', file });
    if (found.join() !== shape.join()) {
      throw new ProblemError({
        code: 'shape-mismatch',
        message: `The tensor "${name}" has the shape [${found.join(', ')}], but the model wants [${shape.join(', ')}].`,
        place: { file },
        fix: 'This file was written for another model.',
      });
    }
    tensors[name] = data;
  }
  return { position: { ...position, specHash }, tensors };
}

/** How far a checkpoint is; its tensors are not read. @throws ProblemError where it is damaged */
export async function readPosition(path: string): Promise<Position> {
  return parseCheckpointText(positionSchema, await positionText(path), path);
}
