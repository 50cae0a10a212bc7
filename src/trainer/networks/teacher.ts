import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { FileHashes } from '../../node/files/fileHash.js';
import { runFolder, type RunFolder, type SplitName } from '../../run/folder.js';
import type { RunSpec } from '../../core/spec/spec.js';
import type { RunRecord } from '../../run/record.js';
import { rowsInMemory, takeAll, type Rows } from '../../data/cache/rows.js';
import { readMovedRecord } from '../../run/experiment/relocate.js';
import type { Answering } from '../answers/finite.js';
import { pictureRows, type FrozenNet, type RowMaker } from '../answers/frozenNet.js';
import { Backbone, logitsNet, variablesOf } from './backbone.js';
import { evaluationBatchOf } from '../models/evaluationBatch.js';
import type { NetworkContext } from './context.js';
import { headModel, headRows } from './head.js';
import { trainedState, wholeNetwork, type WholeNetwork } from './wholeNetwork.js';

/** A teacher, whatever it is: trained here as a whole or in its head, loaded, or an ONNX file. Nobody changes it. */
export interface Teacher {
  readonly id: string;
  readonly spec: RunSpec;
  /** Whose answers these are, for people. */
  readonly answering: Answering;
  /** What it says of a split, float32 [n, classes]: stored, or computed and stored. It is loaded only for the latter. */
  logits(split: SplitName): Promise<Float32Array>;
  /** Itself, to be recorded in a step; null for an ONNX file, which can only be asked. */
  whole(): Promise<WholeNetwork | null>;
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
      const teacher = await readMovedRecord(own);
      const wanted = record.spec.teachers[index];
      if (teacher.specHash === wanted) return teacherOf(own, teacher, context);
      throw new ProblemError({
        code: 'wrong-teacher',
        message: `The teacher ${id} has the spec ${teacher.specHash.slice(0, 12)}, but this run was planned with ${wanted?.slice(0, 12) ?? 'none'}.`,
        place: { file: own.record },
        fix: 'Run the experiment again: it trains the teacher that it needs.',
      });
    }),
  );
}

function teacherOf(folder: RunFolder, record: RunRecord, context: NetworkContext): Teacher {
  const { id, checkpoint } = folder;
  const { spec, specHash } = record;
  const { engine, picture, store, pictures } = context;
  const whole = (): Promise<WholeNetwork | null> =>
    wholeNetwork(folder, record, { picture, classes: pictures.classes });
  const open = async (batchSize?: number): Promise<FrozenNet> => {
    const network = await whole();
    if (network === null) throw new Error(`${id} is an ONNX file that was trained as a whole`);
    const size = batchSize ?? evaluationBatchOf(network.model);
    return logitsNet(network.model, network.state, { engine, picture, batchSize: size });
  };
  const backbone = new Backbone(spec, spec.trainable === 'head' ? 'features' : 'logits', context);
  // What was trained here is known by its name, and what was not by its file.
  const answering = spec.trainable === 'none' ? backbone.answering : { name: `${spec.name} (${id})`, file: null };
  const about = { id, spec, answering };
  const hashes = new FileHashes();
  const stored = async (split: SplitName, open: Parameters<typeof store.rows>[0]['open']): Promise<Float32Array> => {
    const rows = await store.rows({
      kind: 'logits',
      identity: { run: specHash, checkpoint: await hashes.of(checkpoint), pictures: pictures.identity(split) },
      what: `logits of ${spec.name} (${id}), ${pictures.words(split)}`,
      n: pictures.split(split).labels.length,
      open,
    });
    return takeAll(rows);
  };
  switch (spec.trainable) {
    case 'none':
      return {
        ...about,
        logits: async (split) => takeAll(await backbone.rows(split)),
        whole,
        open: (size) => backbone.open(size),
      };
    case 'head': {
      const headOver = async (features: Rows): Promise<RowMaker> => {
        const model = headModel(spec.model, { picture, featureCount: features.width });
        const variables = await engine.variables(variablesOf(model, await trainedState(folder, record, model)));
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
        ...about,
        logits: (split) => stored(split, async () => headOver(await backbone.rows(split))),
        whole,
        open: async (batchSize) => headOn(await backbone.open(batchSize), headOver),
      };
    }
    case 'all':
      return {
        ...about,
        logits: (split) => stored(split, async () => pictureRows(await open(), pictures.split(split))),
        whole,
        open,
      };
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
