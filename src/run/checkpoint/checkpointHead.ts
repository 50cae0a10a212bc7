import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { fileProblem } from '../../node/fileProblem.js';
import { newerFormat } from '../newer.js';
import { readHead } from '../../node/safetensors/safetensorsHead.js';
import { openRegular } from '../../node/files/regularFile.js';

/** Names the entry of a checkpoint's metadata that says, as JSON, how far its run was. */
export const positionKey = 'distillery';

/** What others than trainers need to know of a checkpoint: whose it is, and how many steps it has done. */
export const headSchema = z.object({ specHash: z.string(), step: z.int().min(0) });

/** @throws ProblemError where the file is damaged, or no checkpoint of ours */
export async function readCheckpointHead(path: string): Promise<z.output<typeof headSchema>> {
  return parseCheckpointText(headSchema, await positionText(path), path);
}

/** What a checkpoint says of how far its run was; its tensors are not read. */
export async function positionText(path: string): Promise<string | undefined> {
  let file: FileHandle | null = null;
  try {
    file = await openRegular(path, { attempt: 'read the checkpoint' });
    return (await readHead(file, path)).metadata[positionKey];
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'read the checkpoint' });
  } finally {
    await file?.close();
  }
}

/** @throws ProblemError `not-a-checkpoint`, `run-newer` */
export function parseCheckpointText<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
  file: string,
): z.output<Schema> {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    const refusal = newerFormat(value, { what: 'This checkpoint', place: { file } });
    if (refusal !== null) throw refusal;
    return schema.parse(value);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(
      {
        code: 'not-a-checkpoint',
        message: 'The file has no record of how far its run was, so it is not a checkpoint of Distillery.',
        place: { file },
        fix: 'Put the right file back, or move it out of the folder to train from the beginning.',
      },
      { cause: error },
    );
  }
}
