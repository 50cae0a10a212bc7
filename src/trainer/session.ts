import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProblemError } from '../core/problem.js';
import { isAugmented } from '../core/spec.js';
import { dataFolder } from '../run/dataFolder.js';
import type { RunFolder } from '../run/folder.js';
import type { RunRecord } from '../run/record.js';
import { readCheckpoint, type Position } from './checkpoint.js';
import { createBatches } from './data/batches.js';
import type { Dataset } from './data/dataset.js';
import { loadDataset } from './data/datasets.js';
import type { Compiled, CompiledSteps, Engine, Program } from './engines/engine.js';
import { distillMomentAt } from './distillSchedule.js';
import { noSums } from './epochSums.js';
import { evaluationBatchOf } from './evaluationBatch.js';
import type { SoftTargets } from './evaluate.js';
import { Feed } from './feed.js';
import { createModel } from './models/create.js';
import { initialState } from './models/initialize.js';
import { stateOf, type PictureShape } from './models/model.js';
import { createOptimizer } from './optimizer.js';
import type { OnProgress } from './progress.js';
import { logitsProgram, teacherVariable, trainProgram, type Distillation } from './programs.js';
import { loadTeachers, teacherLogits, type Teacher } from './teacher.js';

/** All that a run trains with, made from its folder alone. */
export interface Session {
  readonly dataset: Dataset;
  readonly picture: PictureShape;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly evaluationBatch: number;
  readonly feed: Feed;
  readonly trainSteps: CompiledSteps;
  readonly evaluateStep: Compiled;
  /** What the objective is measured against on a split, as it is at a step; null without a teacher. */
  softAt(step: number, split: 'validation' | 'test'): SoftTargets | null;
  /** Where the run stands: at its beginning, or where its checkpoint was written. */
  readonly position: Position;
  /** The tensors that a checkpoint holds, with their shapes. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Copies of those tensors as they are now. */
  read(): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** What is known of a session before the long work of making it ready. */
export interface SessionPlan {
  readonly parameterCount: number;
  readonly stepsPerEpoch: number;
  readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
  /** Steps that the checkpoint has done, and the seconds they took; 0 without one. */
  readonly resumedFrom: number;
  readonly seconds: number;
  readonly dataset: Dataset;
}

/**
 * @param engineFor the engine to train with, once it is known what the pictures are like
 * @param onPlan called once, as soon as it is known how much there is to do
 * @param onProgress called while pictures are read and while teachers answer
 */
export async function createSession(
  {
    folder,
    record,
    engineFor,
  }: { folder: RunFolder; record: RunRecord; engineFor: (picture: PictureShape) => Promise<Engine> },
  {
    onPlan,
    onProgress,
  }: { onPlan: (plan: SessionPlan, engine: Engine) => void; onProgress: (what: string) => OnProgress },
): Promise<Session> {
  const { spec } = record;
  const dataset = await loadDataset(spec.data, { dataFolder: dataFolder(dirname(folder.path)), onProgress });
  const picture: PictureShape = {
    height: dataset.height,
    width: dataset.width,
    channels: dataset.channels,
    classes: dataset.classes.length,
  };
  const model = createModel(spec.model, picture);
  const optimizer = createOptimizer(spec.train.optimizer, { maxNorm: spec.train.maxNorm });
  const batches = createBatches(dataset, { seed: spec.seed, train: spec.train });
  const shapes: Record<string, readonly number[]> = {};
  for (const { name, shape } of [...stateOf(model), ...optimizer.slots(model.parameters)]) shapes[name] = shape;
  const start = await startOf(folder, record, { shapes, initial: () => initialState(model, spec.seed) });
  const plan: SessionPlan = {
    parameterCount: model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    stepsPerEpoch: batches.stepsPerEpoch,
    examples: {
      train: dataset.train.labels.length,
      validation: dataset.validation.labels.length,
      test: dataset.test.labels.length,
    },
    resumedFrom: start.position.step,
    seconds: start.position.seconds,
    dataset,
  };
  const engine = await engineFor(picture);
  onPlan(plan, engine);
  const teachers = await loadTeachers(folder, record, picture);
  const { soft, distillation, trainingLogits } = await distillationOf(record, teachers, {
    dataset,
    picture,
    engine,
    onProgress,
  });
  const frozen = distillation?.teachers.kind === 'live' ? teachers : [];
  const variables = await engine.variables({
    ...Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, { shape, values: start.tensors[name] ?? zeros(shape) }]),
    ),
    ...teacherVariables(frozen),
  });
  const { batchSize } = spec.train;
  const evaluationBatch = evaluationBatchOf(model);
  const step = trainProgram({ model, optimizer, distillation, batchSize, picture });
  const most = stepsPerCall(step);
  const trainSteps = await engine.compileSteps(step, variables, most);
  const evaluateStep = await engine.compile(
    logitsProgram({ name: 'evaluation', model, batchSize: evaluationBatch, picture }),
    variables,
  );
  return {
    dataset,
    picture,
    batchSize,
    stepsPerEpoch: batches.stepsPerEpoch,
    evaluationBatch,
    feed: new Feed(spec.seed, spec.train, batches, optimizer, {
      model,
      distill: spec.distill,
      teacherLogits: trainingLogits,
      pictureSize: picture.height * picture.width * picture.channels,
      classes: picture.classes,
      most,
    }),
    trainSteps,
    evaluateStep,
    softAt: (step, split) => {
      const teachers = soft?.[split];
      if (teachers === undefined || spec.distill === null) return null;
      const { epochs } = spec.train;
      const { temperature } = distillMomentAt(spec.distill, { step, stepsPerEpoch: batches.stepsPerEpoch, epochs });
      return { loss: { ...spec.distill, temperature }, teachers };
    },
    position: start.position,
    shapes,
    read: async () => {
      const all = await variables.read();
      return Object.fromEntries(Object.keys(shapes).map((name) => [name, all[name] ?? new Float32Array()]));
    },
    dispose: async () => {
      await trainSteps.dispose();
      await evaluateStep.dispose();
      variables.dispose();
      await engine.dispose();
    },
  };
}

/** Steps whose inputs are kept ready at once: more are no faster, and large pictures take much memory. */
const mostSteps = 16;
const mostInputBytes = 64 * 2 ** 20;

function stepsPerCall({ inputs }: Program): number {
  const bytes = Object.values(inputs).reduce(
    (sum, { shape, dtype }) => sum + sizeOf(shape) * (dtype === 'uint8' ? 1 : 4),
    0,
  );
  return Math.max(1, Math.min(mostSteps, Math.floor(mostInputBytes / bytes)));
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
const zeros = (shape: readonly number[]): Float32Array => new Float32Array(sizeOf(shape));

function teacherVariables(teachers: readonly Teacher[]) {
  return Object.fromEntries(
    teachers.flatMap(({ model, state }, index) =>
      stateOf(model).map(({ name, shape }) => [
        teacherVariable(index, name),
        { shape, values: state[name] ?? zeros(shape) },
      ]),
    ),
  );
}

/** Logits of each teacher on the evaluation splits. */
type SoftLogits = Readonly<Record<'validation' | 'test', readonly Float32Array[]>>;

/**
 * What there is to learn from the teachers. Their logits are computed once and stored where the student sees the
 * pictures as they are; where pictures are changed at random, the teachers look at the same changed pictures.
 */
async function distillationOf(
  { spec }: RunRecord,
  teachers: readonly Teacher[],
  {
    dataset,
    picture,
    engine,
    onProgress,
  }: { dataset: Dataset; picture: PictureShape; engine: Engine; onProgress: (what: string) => OnProgress },
): Promise<{ distillation: Distillation | null; soft: SoftLogits | null; trainingLogits: Float32Array[] }> {
  if (spec.distill === null) {
    return { distillation: null, soft: null, trainingLogits: [] };
  }
  if (teachers.length === 0) {
    throw new ProblemError({
      code: 'no-teacher',
      message: 'The run distils, but run.json names no teacher.',
      mend: 'Run the experiment again: it plans the teacher with the student.',
    });
  }
  const { distill } = spec;
  const logitsOn = async (split: 'train' | 'validation' | 'test'): Promise<Float32Array[]> => {
    const all: Float32Array[] = [];
    for (const teacher of teachers) {
      const options = {
        engine,
        picture,
        batchSize: evaluationBatchOf(teacher.model),
        onProgress: onProgress(`teacher logits, ${split}`),
      };
      all.push(await teacherLogits(teacher, dataset[split], options));
    }
    return all;
  };
  const soft = {
    validation: await logitsOn('validation'),
    test: await logitsOn('test'),
  };
  if (isAugmented(spec.train.augment)) {
    const live = { kind: 'live', models: teachers.map(({ model }) => model) } as const;
    return { distillation: { spec: distill, teachers: live }, soft, trainingLogits: [] };
  }
  const stored = { kind: 'stored', count: teachers.length } as const;
  return { distillation: { spec: distill, teachers: stored }, soft, trainingLogits: await logitsOn('train') };
}

/** The checkpoint's tensors and position where there is one, and fresh ones where there is none. */
async function startOf(
  folder: RunFolder,
  record: RunRecord,
  { shapes, initial }: { shapes: Session['shapes']; initial: () => Readonly<Record<string, Float32Array>> },
): Promise<{ tensors: Readonly<Record<string, Float32Array>>; position: Position }> {
  const there = await stat(folder.checkpoint).then(
    () => true,
    () => false,
  );
  if (there) return readCheckpoint(folder.checkpoint, { specHash: record.specHash, shapes });
  const position: Position = { version: 1, specHash: record.specHash, step: 0, seconds: 0, sums: noSums, test: null };
  return { tensors: initial(), position };
}
