import { join } from 'node:path';
import { ProblemError } from '../core/problem.js';
import { runFolder, type RunFolder } from '../run/folder.js';
import { readRecord } from '../run/runsFolder.js';
import type { RunRecord } from '../run/record.js';
import { readCheckpoint } from './checkpoint.js';
import type { Engine } from './engines/engine.js';
import { createModel } from './models/create.js';
import { stateOf, type Model, type PictureShape } from './models/model.js';
import { logitsOf } from './evaluate.js';
import type { OnProgress } from './progress.js';
import { logitsProgram } from './programs.js';
import type { Split } from './data/dataset.js';

/** A trained teacher: its network and its parameters and buffers, which nobody changes. */
export interface Teacher {
  readonly id: string;
  readonly model: Model;
  readonly state: Readonly<Record<string, Float32Array>>;
}

/**
 * Loads a run's teachers from the folders beside its own.
 * @throws ProblemError where a teacher is missing, unfinished, or not the one the spec names
 */
export async function loadTeachers(folder: RunFolder, record: RunRecord, picture: PictureShape): Promise<Teacher[]> {
  return Promise.all(
    record.teachers.map(async (id, index) => {
      const own = runFolder(join(folder.path, '..', id));
      const teacher = await readRecord(own);
      const wanted = record.spec.teachers[index];
      if (teacher.specHash !== wanted) {
        throw new ProblemError({
          code: 'wrong-teacher',
          message: `The teacher ${id} has the spec ${teacher.specHash.slice(0, 12)}, but this run was planned with ${wanted?.slice(0, 12) ?? 'none'}.`,
          place: { file: own.record },
          mend: 'Run the experiment again: it trains the teacher that it needs.',
        });
      }
      const model = createModel(teacher.spec.model, picture);
      const shapes = Object.fromEntries(stateOf(model).map(({ name, shape }) => [name, shape]));
      const { tensors } = await readCheckpoint(own.checkpoint, { specHash: teacher.specHash, shapes });
      return { id, model, state: tensors };
    }),
  );
}

/** A teacher's logits for every picture of a split, float32 [n, classes]. */
export async function teacherLogits(
  { id, model, state }: Teacher,
  split: Split,
  {
    engine,
    picture,
    batchSize,
    onProgress,
  }: { engine: Engine; picture: PictureShape; batchSize: number; onProgress: OnProgress },
): Promise<Float32Array> {
  const initial = Object.fromEntries(
    stateOf(model).map(({ name, shape }) => [name, { shape, values: state[name] ?? new Float32Array() }]),
  );
  const variables = await engine.variables(initial);
  const compiled = await engine.compile(logitsProgram({ name: `teacher ${id}`, model, batchSize, picture }), variables);
  try {
    return await logitsOf(split, { compiled, batchSize, picture, onProgress });
  } finally {
    await compiled.dispose();
    variables.dispose();
  }
}
