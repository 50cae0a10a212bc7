import type { RunFolder } from '../../run/folder.js';
import { lastGeneration, refusedGeneration, type Generation } from '../../run/checkpoint/generations.js';
import type { RunRecord } from '../../run/record.js';
import type { WeightsReport } from '../../run/log/entry.js';
import { readCheckpoint, readPosition, type Position } from './checkpoint.js';
import { createBatches } from '../data/batches.js';
import type { Dataset } from '../data/dataset.js';
import { distillMomentAt } from '../distillation/distillSchedule.js';
import { taughtBy } from '../distillation/distillation.js';
import { epochUpdate } from './zeroGradientUpdate.js';
import type { CompiledSteps, Program } from '../engines/engine.js';
import { noSums } from './epochSums.js';
import type { SoftTargets } from '../evaluation/evaluate.js';
import { Feed } from './feed.js';
import { heldAtStart, WholeTensors, wholeShapes } from './heldTensors.js';
import { learnerOf, type Learner } from './learner.js';
import { stateOf, type PictureShape } from '../models/model.js';
import type { NetworkContext } from '../networks/context.js';
import { loadTeachers } from '../networks/teacher.js';
import { checkModelRoom } from './modelRoom.js';
import { createOptimizer } from './optimizer.js';
import type { OnProgress } from '../progress.js';
import { trainProgram } from './programs.js';

/** All that a run trains with, made from its folder alone. */
export interface Session {
  readonly dataset: Dataset;
  readonly picture: PictureShape;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly feed: Feed;
  readonly trainSteps: CompiledSteps;
  /** Logits of a split as the network is now, float32 [n, classes]. */
  evaluate(split: 'validation' | 'test', onProgress: OnProgress): Promise<Float32Array>;
  /** What the objective is measured against on a split, as it is at a step; null without a teacher. */
  softAt(step: number, split: 'validation' | 'test'): SoftTargets | null;
  /** Where the run stands: at its beginning, or where its checkpoint was written. */
  readonly position: Position;
  /** The tensors that a checkpoint holds, with their shapes. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Copies of those tensors as they are after a step, the last that was made. */
  read(step: number): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** What is known of a session before the long work of making it ready. */
export interface SessionPlan {
  readonly stepsPerEpoch: number;
  /** Steps that the checkpoint has done, and the seconds they took; 0 without one. */
  readonly resumedFrom: number;
  readonly seconds: number;
}

/**
 * @param onPlan called once, as soon as it is known how much there is to do
 * @param onWeights called where the run begins from a file of weights
 */
export async function createSession(
  {
    folder,
    record,
    dataset,
    context,
  }: { folder: RunFolder; record: RunRecord; dataset: Dataset; context: NetworkContext },
  { onPlan, onWeights }: { onPlan: (plan: SessionPlan) => void; onWeights: (report: WeightsReport) => void },
): Promise<Session> {
  const { spec } = record;
  const { engine, picture } = context;
  const { batchSize, epochs } = spec.train;
  const batches = createBatches(dataset, { seed: spec.seed, train: spec.train });
  const { stepsPerEpoch } = batches;
  const last = await lastGeneration(folder);
  const resumed = last === null ? null : await refusing(folder, last, readPosition(last.file));
  onPlan({ stepsPerEpoch, resumedFrom: resumed?.step ?? 0, seconds: resumed?.seconds ?? 0 });

  const learner = await learnerOf(spec, context);
  const { model, seen } = learner;
  const optimizer = createOptimizer(spec.train.optimizer, { maxNorm: spec.train.maxNorm });
  const tensors = [...stateOf(model), ...optimizer.slots(model.parameters)];
  checkModelRoom(model, { optimizer: spec.train.optimizer });
  const shapes = wholeShapes(tensors);
  if (last?.isPrevious === true) context.note(previousWords(resumed));
  const start = await startOf({ folder, record, last }, { shapes, learner, onWeights, note: context.note });
  const teachers = await loadTeachers(folder, record, context);
  const taught = await taughtBy(teachers, { spec, context, seen });
  const epochsAt = (step: number): number => Math.floor(step / stepsPerEpoch);
  const update = epochUpdate(spec.train, stepsPerEpoch);
  const whole = new WholeTensors(tensors, start.tensors, update, epochsAt(start.position.step));
  const variables = await engine.variables({ ...heldAtStart(tensors, start.tensors), ...taught.variables });
  const { distillation, soft } = taught;
  const step = trainProgram({ model, optimizer, distillation, batchSize, picture, seen });
  const pictureSize = picture.height * picture.width * picture.channels;
  // A head's pictures are kept ready as well, for the backbone.
  const most = stepsPerCall(step, { beside: seen === 'features' ? batchSize * pictureSize : 0 });
  const trainSteps = await engine.compileSteps(step, variables, most);
  const rows = [...learner.rows, ...taught.rows];
  return {
    dataset,
    picture,
    batchSize,
    stepsPerEpoch,
    feed: new Feed(spec.seed, spec.train, batches, optimizer, {
      dropouts: model.dropouts,
      distill: spec.distill,
      pictures: seen === 'pictures',
      rows,
      pictureSize,
      most,
    }),
    trainSteps,
    evaluate: (split, onProgress) => learner.evaluate(split, { engine, variables, onProgress }),
    softAt: (at, split) => {
      if (soft === null || spec.distill === null) return null;
      const { temperature } = distillMomentAt(spec.distill, { step: at, stepsPerEpoch, epochs });
      return { loss: { ...spec.distill, temperature }, teachers: soft[split] };
    },
    position: start.position,
    shapes,
    read: async (step) => whole.of(await variables.read(), epochsAt(step)),
    dispose: async () => {
      await trainSteps.dispose();
      await learner.dispose();
      for (const { source } of taught.rows) if (source.kind === 'asked') await source.net.dispose();
      variables.dispose();
    },
  };
}

/** Steps whose inputs are kept ready at once: more are no faster, and large pictures take much memory. */
const mostSteps = 16;
const mostInputBytes = 64 * 2 ** 20;

/** @param beside bytes of a step that the program itself does not see */
function stepsPerCall({ inputs }: Program, { beside }: { beside: number }): number {
  const bytes = Object.values(inputs).reduce(
    (sum, { shape, dtype }) => sum + sizeOf(shape) * (dtype === 'uint8' ? 1 : 4),
    beside,
  );
  return Math.max(1, Math.min(mostSteps, Math.floor(mostInputBytes / bytes)));
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const previousWords = (resumed: Position | null): string =>
  `Goes on from the checkpoint before the last one, of step ${resumed?.step ?? 0}: the last one is not in its place.`;

/** @throws ProblemError `checkpoint-damaged`, `checkpoints-damaged`; whatever else the reading ends with */
async function refusing<T>(folder: RunFolder, last: Generation, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw await refusedGeneration(error, folder, last);
  }
}

/** The checkpoint's tensors and position where there is one, and what the learner begins with where there is none. */
async function startOf(
  { folder, record, last }: { folder: RunFolder; record: RunRecord; last: Generation | null },
  {
    shapes,
    learner,
    onWeights,
    note,
  }: {
    shapes: Session['shapes'];
    learner: Learner;
    onWeights: (report: WeightsReport) => void;
    note: (text: string) => void;
  },
): Promise<{ tensors: Readonly<Record<string, Float32Array>>; position: Position }> {
  const { specHash } = record;
  if (last !== null) return refusing(folder, last, readCheckpoint(last.file, { record, shapes }));
  const { state, report, used } = await learner.start();
  if (report !== null) onWeights(report);
  if (used !== null) note(used);
  return { tensors: state, position: { version: 1, specHash, step: 0, seconds: 0, sums: noSums, test: null } };
}
