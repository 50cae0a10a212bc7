import * as tf from '@tensorflow/tfjs-core';
import type { DistillSpec } from '../../core/spec/spec.js';
import type { Program, Tensors, TensorSpec } from '../engines/engine.js';
import { logitsOf, stateOf, type DropoutSpec, type Model, type PictureShape } from '../models/model.js';
import { Pass } from '../models/pass.js';
import { crossEntropy, distillationObjective } from '../distillation/objective.js';
import { gradientProducts, TermGradients } from '../distillation/termGradients.js';
import type { Optimizer } from './optimizer.js';
import { isScheduled, momentInputs } from '../distillation/distillSchedule.js';
import { tensorNamed } from '../tensors.js';

/** Names of a program's inputs and of variables that are not the student's own. */
export const maskInput = (dropout: DropoutSpec): string => `mask.${dropout.name}`;
export const teacherLogitsInput = (teacher: number): string => `teacherLogits.${teacher.toString()}`;
/** Of a live teacher's parameter or buffer. */
export const teacherVariable = (teacher: number, name: string): string => `teacher.${teacher.toString()}.${name}`;

/** Where the teachers' logits come from while a student trains. */
export type TeacherSource =
  /** Computed once and fed with the batch: right only when the student sees the pictures as they are. */
  | { readonly kind: 'stored'; readonly count: number }
  /** Computed in the step, on the same augmented pictures the student sees. */
  | { readonly kind: 'live'; readonly models: readonly Model[] };

export interface Distillation {
  readonly spec: DistillSpec;
  readonly teachers: TeacherSource;
}

/**
 * One step of training: forward, objective, gradients, update of parameters, slots and buffers. Outputs `loss` (the objective), `studentLoss`
 * (cross-entropy with the hard labels), `distillationLoss` and `gradientProducts` where there is a teacher, and `correct`,
 * the number of right answers in the batch before the update.
 */
export function trainProgram({
  model,
  optimizer,
  distillation,
  batchSize,
  picture,
  seen = 'pictures',
}: {
  model: Model;
  optimizer: Optimizer;
  distillation: Distillation | null;
  batchSize: number;
  picture: PictureShape;
  /** With `features` the model is a head alone, fed with what its backbone makes of the pictures. */
  seen?: 'pictures' | 'features';
}): Program {
  const names = model.parameters.map(({ name }) => name);
  const bufferNames = model.buffers.map(({ name }) => name);
  const slotNames = optimizer.slots(model.parameters).map(({ name }) => name);
  const inputs: Record<string, TensorSpec> = {
    ...(seen === 'pictures' ? { images: imagesSpec(batchSize, picture) } : featuresInput(batchSize, model)),
    labels: { shape: [batchSize], dtype: 'int32' },
  };
  for (const dropout of model.dropouts)
    inputs[maskInput(dropout)] = { shape: [batchSize, dropout.units], dtype: 'uint8' };
  for (const name of optimizer.scalarNames) inputs[name] = { shape: [], dtype: 'float32' };
  const scheduled = distillation !== null && isScheduled(distillation.spec);
  if (scheduled) for (const name of Object.values(momentInputs)) inputs[name] = { shape: [], dtype: 'float32' };
  if (distillation?.teachers.kind === 'stored') {
    for (let teacher = 0; teacher < distillation.teachers.count; teacher++) {
      inputs[teacherLogitsInput(teacher)] = { shape: [batchSize, picture.classes], dtype: 'float32' };
    }
  }
  return {
    name: 'train step',
    inputs,
    run: (variables, batch) => {
      const labels = tf.reshape<tf.Rank.R1>(tensorNamed(batch, 'labels'), [batchSize]);
      const masks = Object.fromEntries(
        model.dropouts.map((dropout) => [dropout.name, tensorNamed(batch, maskInput(dropout))]),
      );
      const teacher =
        distillation === null
          ? []
          : teacherLogits(distillation.teachers, { variables, batch, batchSize, classes: picture.classes });
      const parameters = pick(variables, names);
      // What the gradient's scope would dispose of: kept, and handed back to the caller's scope below.
      let reported: Tensors = {};
      let buffers: Tensors = {};
      const terms = distillation === null ? null : new TermGradients();
      const objective = (...values: tf.Tensor[]): tf.Scalar => {
        const pass = Pass.training({ buffers: pick(variables, bufferNames), masks });
        const own = zipped(names, values);
        const student =
          seen === 'pictures'
            ? logitsOf(model, own, pictures(tensorNamed(batch, 'images')), pass)
            : model.classify(own, features(batch, { batchSize, model }));
        buffers = kept(pass.updates);
        const right = tf.equal(tf.argMax(student, 1), tf.cast(labels, 'int32'));
        const correct = tf.sum(tf.cast(right, 'float32'));
        if (distillation === null) {
          const loss = crossEntropy(student, labels);
          reported = kept({ studentLoss: loss, correct });
          return tf.clone(loss);
        }
        const { loss, distillationLoss, studentLoss } = distillationObjective(
          distillation.spec,
          { teacher, student, labels },
          scheduled
            ? { temperature: scalarNamed(batch, momentInputs.temperature), ramp: scalarNamed(batch, momentInputs.ramp) }
            : undefined,
          terms,
        );
        reported = kept({ distillationLoss, studentLoss, correct });
        return loss;
      };
      const { value: loss, grads } = tf.valueAndGrads(objective)(Object.values(parameters));
      const updated = optimizer.update({
        parameters,
        gradients: zipped(names, grads),
        slots: pick(variables, slotNames),
        scalars: pick(batch, optimizer.scalarNames),
      });
      return {
        outputs: {
          loss,
          ...handedBack(reported),
          ...(terms === null ? {} : { [gradientProducts]: terms.products() }),
        },
        updates: { ...updated.parameters, ...updated.slots, ...handedBack(buffers) },
      };
    },
  };
}

/** Logits of a batch of pictures as a trained network gives them. Parameters and buffers are looked up through `variable`. */
export function logitsProgram({
  name,
  model,
  batchSize,
  picture,
  variable = (own) => own,
}: {
  name: string;
  model: Model;
  batchSize: number;
  picture: PictureShape;
  variable?: (name: string) => string;
}): Program {
  return {
    name,
    inputs: { images: imagesSpec(batchSize, picture) },
    run: (variables, batch) => ({
      outputs: { logits: forward(model, { variables, variable, images: pictures(tensorNamed(batch, 'images')) }) },
      updates: {},
    }),
  };
}

/** What a network's head sees of a batch of pictures: output `features`, float32 [batch, featureCount]. */
export function featuresProgram({
  name,
  model,
  batchSize,
  picture,
}: {
  name: string;
  model: Model;
  batchSize: number;
  picture: PictureShape;
}): Program {
  return {
    name,
    inputs: { images: imagesSpec(batchSize, picture) },
    run: (variables, batch) => {
      const pass = Pass.evaluating({ buffers: variables });
      return {
        outputs: { features: model.features(variables, pictures(tensorNamed(batch, 'images')), pass) },
        updates: {},
      };
    },
  };
}

/** What a head alone says of features: input `features`, output `logits`. */
export function headProgram({
  name,
  model,
  batchSize,
}: {
  name: string;
  model: Pick<Model, 'featureCount' | 'classify'>;
  batchSize: number;
}): Program {
  return {
    name,
    inputs: featuresInput(batchSize, model),
    run: (variables, batch) => ({
      outputs: { logits: model.classify(variables, features(batch, { batchSize, model })) },
      updates: {},
    }),
  };
}

/** The name of the input that a head is fed with. */
export const featuresName = 'features';

const featuresInput = (batchSize: number, { featureCount }: Pick<Model, 'featureCount'>) => ({
  [featuresName]: { shape: [batchSize, featureCount], dtype: 'float32' } satisfies TensorSpec,
});

function features(
  batch: Tensors,
  { batchSize, model }: { batchSize: number; model: Pick<Model, 'featureCount'> },
): tf.Tensor2D {
  return tf.reshape<tf.Rank.R2>(tensorNamed(batch, featuresName), [batchSize, model.featureCount]);
}

function teacherLogits(
  source: TeacherSource,
  { variables, batch, batchSize, classes }: { variables: Tensors; batch: Tensors; batchSize: number; classes: number },
): tf.Tensor2D[] {
  switch (source.kind) {
    case 'stored':
      return Array.from({ length: source.count }, (_, teacher) => {
        const logits = tensorNamed(batch, teacherLogitsInput(teacher));
        return tf.reshape<tf.Rank.R2>(logits, [batchSize, classes]);
      });
    case 'live': {
      const images = pictures(tensorNamed(batch, 'images'));
      return source.models.map((model, teacher) =>
        forward(model, { variables, variable: (name) => teacherVariable(teacher, name), images }),
      );
    }
  }
}

function forward(
  model: Model,
  { variables, variable, images }: { variables: Tensors; variable: (name: string) => string; images: tf.Tensor4D },
): tf.Tensor2D {
  const own = Object.fromEntries(stateOf(model).map(({ name }) => [name, tensorNamed(variables, variable(name))]));
  return logitsOf(model, own, images, Pass.evaluating({ buffers: own }));
}

/** Keeps tensors that the gradient's scope would dispose of. */
function kept(tensors: Tensors): Tensors {
  for (const tensor of Object.values(tensors)) tf.keep(tensor);
  return tensors;
}

/** Copies of kept tensors that belong to the caller's scope. */
function handedBack(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const copy = tf.clone(tensor);
      tensor.dispose();
      return [name, copy];
    }),
  );
}

const imagesSpec = (batchSize: number, { height, width, channels }: PictureShape): TensorSpec => ({
  shape: [batchSize, height, width, channels],
  dtype: 'uint8',
});

/** The batch of pictures, as tfjs's types want to know it: [batch, height, width, channels]. */
function pictures(images: tf.Tensor): tf.Tensor4D {
  const [batch = 0, height = 0, width = 0, channels = 0] = images.shape;
  return tf.reshape<tf.Rank.R4>(images, [batch, height, width, channels]);
}

const scalarNamed = (tensors: Tensors, name: string): tf.Scalar =>
  tf.reshape<tf.Rank.R0>(tensorNamed(tensors, name), []);

const pick = (tensors: Tensors, names: readonly string[]): Record<string, tf.Tensor> =>
  Object.fromEntries(names.map((name) => [name, tensorNamed(tensors, name)]));

function zipped(names: readonly string[], tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> {
  return Object.fromEntries(
    names.map((name, index) => {
      const value = tensors[index];
      if (value === undefined) throw new Error(`no tensor for "${name}"`);
      return [name, value];
    }),
  );
}
