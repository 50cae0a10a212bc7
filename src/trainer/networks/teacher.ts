import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { FileHashes } from '../../run/fileHash.js';
import { runFolder, type RunFolder, type SplitName } from '../../run/folder.js';
import type { RunRecord } from '../../run/record.js';
import { rowsInMemory, type Rows } from '../../run/rows.js';
import { readRecord } from '../../run/runsFolder.js';
import { pictureRows, type FrozenNet, type RowMaker } from '../answers/frozenNet.js';
import { readCheckpoint } from '../checkpoint.js';
import { createModel } from '../models/create.js';
import { stateOf, type Model } from '../models/model.js';
import { startingState } from '../startingState.js';
import { Backbone, logitsNet, variablesOf } from './backbone.js';
import { evaluationBatch } from './batchSize.js';
import type { NetworkContext } from './context.js';
import { headModel, headRows } from './head.js';

type State = Readonly<Record<string, Float32Array>>;

/** A teacher, whatever it is: trained here as a whole or in its head, loaded, or an ONNX file. Nobody changes it. */
export interface Teacher {
  readonly id: string;
  /** What it says of a split, float32 [n, classes]: stored, or computed and stored. It is loaded only for the latter. */
  logits(split: SplitName): Promise<Float32Array>;
  /** Itself, to be recorded in a step; null for an ONNX file, which can only be asked. */
  whole(): Promise<{ readonly model: Model; readonly state: State } | null>;
  /** Made ready to be asked about pictures as they come. */
  open(batchSize: number): Promise<FrozenNet>;
}

/**
 * A run's teachers, from the folders beside its own.
 * @throws ProblemError where a teacher is missing or not the one the spec names
 */
export function loadTeachers(folder: RunFolder, record: RunRecord, context: NetworkContext): Promise<Teacher[]> {
  return Promise.all(
    record.teachers.map(async (id, index) => {
      const own = runFolder(join(folder.path, '..', id));
      const teacher = await readRecord(own);
      const wanted = record.spec.teachers[index];
      if (teacher.specHash === wanted) return teacherOf(own, teacher, context);
      throw new ProblemError({
        code: 'wrong-teacher',
        message: `The teacher ${id} has the spec ${teacher.specHash.slice(0, 12)}, but this run was planned with ${wanted?.slice(0, 12) ?? 'none'}.`,
        place: { file: own.record },
        mend: 'Run the experiment again: it trains the teacher that it needs.',
      });
    }),
  );
}

function teacherOf(folder: RunFolder, { spec, specHash }: RunRecord, context: NetworkContext): Teacher {
  const { id, checkpoint } = folder;
  const { engine, picture, store, pictures } = context;
  const { model: kind } = spec;
  const trained = async (model: Pick<Model, 'parameters' | 'buffers'>): Promise<State> => {
    const shapes = Object.fromEntries(stateOf(model).map(({ name, shape }) => [name, shape]));
    return (await readCheckpoint(checkpoint, { specHash, shapes })).tensors;
  };
  const all = async (): Promise<{ model: Model; state: State } | null> => {
    if (kind.kind === 'onnx') return null;
    const model = createModel(kind, picture);
    if (spec.trainable === 'all') return { model, state: await trained(model) };
    const { state } = await startingState(spec, model);
    if (spec.trainable === 'none') return { model, state };
    const head = headModel(kind, { picture, featureCount: model.featureCount });
    return { model, state: { ...state, ...(await trained(head)) } };
  };
  const hashes = new FileHashes();
  const stored = async (split: SplitName, open: Parameters<typeof store.rows>[0]['open']): Promise<Float32Array> => {
    const rows = await store.rows({
      kind: 'logits',
      identity: { run: specHash, checkpoint: await hashes.of(checkpoint), pictures: pictures.identity(split) },
      what: `logits of ${spec.name} (${id}), ${pictures.words(split)}`,
      n: pictures.split(split).labels.length,
      open,
    });
    return values(rows);
  };
  switch (spec.trainable) {
    case 'none': {
      const network = new Backbone(spec, 'logits', context);
      return {
        id,
        logits: async (split) => values(await network.rows(split)),
        whole: all,
        open: (size) => network.open(size),
      };
    }
    case 'head': {
      const backbone = new Backbone(spec, 'features', context);
      const headOver = async (features: Rows): Promise<RowMaker> => {
        const model = headModel(kind, { picture, featureCount: features.width });
        const variables = await engine.variables(variablesOf(model, await trained(model)));
        const maker = await headRows(features, { model, variables, engine, classes: picture.classes });
        return {
          ...maker,
          dispose: async () => {
            await maker.dispose();
            variables.dispose();
            await features.dispose();
          },
        };
      };
      return {
        id,
        logits: (split) => stored(split, async () => headOver(await backbone.rows(split))),
        whole: all,
        open: async (batchSize) => headOn(await backbone.open(batchSize), headOver),
      };
    }
    case 'all':
      return {
        id,
        logits: (split) =>
          stored(split, async () => {
            const whole = await all();
            if (whole === null) throw new Error(`${id} is an ONNX file that was trained`);
            const batchSize = evaluationBatch(kind, picture);
            const net = await logitsNet(whole.model, whole.state, { engine, picture, batchSize });
            return pictureRows(net, pictures.split(split));
          }),
        whole: all,
        open: async (batchSize) => {
          const whole = await all();
          if (whole === null) throw new Error(`${id} is an ONNX file that was trained`);
          return logitsNet(whole.model, whole.state, { engine, picture, batchSize });
        },
      };
  }
}

async function values(rows: Rows): Promise<Float32Array> {
  try {
    return await rows.all();
  } finally {
    await rows.dispose();
  }
}

/** A head on a backbone that is asked. */
async function headOn(backbone: FrozenNet, headOver: (features: Rows) => Promise<RowMaker>): Promise<FrozenNet> {
  const { width, batchSize } = backbone;
  const features = new Float32Array(batchSize * width);
  const head = await headOver(rowsInMemory(features, { n: batchSize, width }));
  return {
    width: head.width,
    batchSize,
    answer: async (images) => {
      features.set(await backbone.answer(images));
      const answers = new Float32Array(batchSize * head.width);
      for (let first = 0; first < batchSize; first += head.batchSize) {
        const count = Math.min(head.batchSize, batchSize - first);
        answers.set(await head.rows({ first, count }), first * head.width);
      }
      return answers;
    },
    dispose: async () => {
      await head.dispose();
      await backbone.dispose();
    },
  };
}
