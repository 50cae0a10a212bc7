import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '../../../src/core/random.js';
import { isStandardized } from '../../../src/core/losses/standardize.js';
import { distillSchema, type DistillLoss } from '../../../src/core/spec/spec.js';
import { crossEntropy, distillationObjective, type Objective } from '../../../src/trainer/distillation/objective.js';
import { assertNear } from '../../core/near.js';
import { objectiveGradient } from '../../core/losses/gradients.js';
import { describeCase, readLossCases, recordedObjectives, type LossCase } from '../../core/losses/lossCases.js';
import type { NamedValues, Program, Tensors } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { tensorNamed } from '../../../src/trainer/tensors.js';
import { eagerly, floats } from '../eager.js';
import { assertClose, eagerOracle, outcome } from '../engines/sideBySide.js';

/** Against PyTorch in float64. */
const tolerance = 1e-6;
/**
 * What float32 cannot give: DIST's gradients divide differences of nearly equal numbers, and PyTorch's own are off by up
 * to 1.3e-4 on these cases; dkd's weigh 4 times as much here; standardized logits carry the rounding of their deviation.
 */
const gradientTolerances: Partial<Record<DistillLoss['loss'], number>> = { dist: 5e-4, dkd: 4e-6 };
const gradientTolerance = ({ loss }: DistillLoss): number => gradientTolerances[loss] ?? tolerance;
const lossTolerance = (spec: DistillLoss): number => (isStandardized(spec) ? 2e-6 : tolerance);

const hinton = (part: object): DistillLoss => distillSchema.parse({ loss: 'hinton', ...part });

/** The objective of a recorded case as a program: losses, and the gradient with respect to the student's logits. */
function program(spec: DistillLoss, { n, classes, teachers }: LossCase): Program {
  const logits = { shape: [n, classes], dtype: 'float32' } as const;
  const teacherNames = teachers.map((_, index) => `teacher.${index}`);
  const matrix = (batch: Tensors, name: string): tf.Tensor2D =>
    tf.reshape<tf.Rank.R2>(tensorNamed(batch, name), [n, classes]);
  return {
    name: 'objective',
    inputs: {
      student: logits,
      labels: { shape: [n], dtype: 'int32' },
      ...Object.fromEntries(teacherNames.map((name) => [name, logits])),
    },
    run: (_, batch) => {
      const objective = (student: tf.Tensor): Objective =>
        distillationObjective(spec, {
          teacher: teacherNames.map((name) => matrix(batch, name)),
          student: tf.reshape<tf.Rank.R2>(student, [n, classes]),
          labels: tf.reshape<tf.Rank.R1>(tensorNamed(batch, 'labels'), [n]),
        });
      const student = tensorNamed(batch, 'student');
      const gradient = tf.grad((logits) => objective(logits).loss)(student);
      return { outputs: { ...objective(student), gradient }, updates: {} };
    },
  };
}

const inputsOf = ({ student, labels, teachers }: LossCase): NamedValues => ({
  ...floats({ student, ...Object.fromEntries(teachers.map((logits, index) => [`teacher.${index}`, logits])) }),
  labels: Int32Array.from(labels),
});

describe('distillationObjective', () => {
  const engines = { eager: eagerOracle, traced: () => Promise.resolve(new OnnxEngine({ threads: 1 })) };
  for (const recorded of readLossCases()) {
    for (const [mode, engine] of Object.entries(engines)) {
      it(`gives PyTorch's losses and gradients, ${mode}: ${describeCase(recorded)}`, async () => {
        for (const { name, spec, expected } of recordedObjectives(recorded)) {
          const { outputs } = await outcome(await engine(), program(spec, recorded), {
            initial: {},
            calls: [inputsOf(recorded)],
          });
          const found = outputs[0] ?? {};
          assertNear(
            [...(found['loss'] ?? []), ...(found['distillationLoss'] ?? []), ...(found['studentLoss'] ?? [])],
            [expected.total, expected.distillation, expected.student],
            { tolerance: lossTolerance(spec), what: `${name}: [total, distillation, student]` },
          );
          assertNear(found['gradient'] ?? [], expected.gradient, {
            tolerance: gradientTolerance(spec),
            what: `${name}: gradient`,
          });
        }
      });
    }
  }

  it('gives the gradients that are derived by hand, traced, on batches that nobody recorded', async () => {
    for (const [place, recorded] of readLossCases().entries()) {
      const drawn = (logits: readonly number[], of: number): number[] => {
        const random = randomStream(place, of);
        return logits.map((_, i) => 6 * random.uniform(i) - 3);
      };
      const teachers = recorded.teachers.map(drawn);
      const example = { ...recorded, teachers, student: drawn(recorded.student, teachers.length) };
      for (const { name, spec } of recordedObjectives(recorded)) {
        const run = { initial: {}, calls: [inputsOf(example)] };
        const { outputs } = await outcome(await engines.traced(), program(spec, example), run);
        assertNear(outputs[0]?.['gradient'] ?? [], objectiveGradient(spec, example), {
          tolerance: gradientTolerance(spec),
          what: `${name}: ${describeCase(recorded)}`,
        });
      }
    }
  });

  it('lets no gradient reach the teacher', async () => {
    await tf.setBackend('cpu');
    const loss = (teacher: tf.Tensor): tf.Scalar =>
      distillationObjective(hinton({ temperature: 4 }), {
        teacher: [tf.reshape<tf.Rank.R2>(teacher, [2, 3])],
        student: tf.zeros<tf.Rank.R2>([2, 3]),
        labels: tf.tensor1d([0, 2], 'int32'),
      }).loss;
    const logits = tf.tensor1d([1, -2, 3, 0.5, 0, -1]);
    assert.throws(() => tf.tidy(() => tf.grad(loss)(logits)), /Cannot compute gradient/);
  });

  it('stays finite where soft labels underflow to 0, alone and in an ensemble', async () => {
    for (const count of [1, 2]) {
      const { loss, gradient } = await eagerly(() => {
        const objective = (student: tf.Tensor): tf.Scalar =>
          distillationObjective(hinton({ temperature: 1, alpha: 0.5 }), {
            teacher: Array.from({ length: count }, () => tf.tensor2d([500, -500, 0], [1, 3])),
            student: tf.reshape<tf.Rank.R2>(student, [1, 3]),
            labels: tf.tensor1d([1], 'int32'),
          }).loss;
        const logits = tf.tensor1d([-500, 500, 0]);
        return { loss: objective(logits), gradient: tf.grad(objective)(logits) };
      });
      // KL = 1000 at all of the teacher's weight, CE = 0.
      assertNear(loss ?? [], [500], { tolerance, what: 'loss' });
      assertNear(gradient ?? [], [-0.5, 0.5, 0], { tolerance, what: 'gradient' });
    }
  });
});

describe('crossEntropy', () => {
  it("gives PyTorch's value and gradient", async () => {
    for (const { n, classes, student, labels, expected, alpha } of readLossCases()) {
      // With alpha 0 the recorded gradient of the objective is that of the cross-entropy.
      const { loss, gradient } = await eagerly(() => {
        const hard = (logits: tf.Tensor): tf.Scalar =>
          crossEntropy(tf.reshape<tf.Rank.R2>(logits, [n, classes]), tf.tensor1d(labels, 'int32'));
        return { loss: hard(tf.tensor1d(student)), gradient: tf.grad(hard)(tf.tensor1d(student)) };
      });
      assertNear(loss ?? [], [expected.hinton.student], { tolerance, what: 'loss' });
      if (alpha === 0) {
        assertClose(
          { gradient: gradient ?? new Float32Array() },
          { gradient: Float32Array.from(expected.hinton.gradient) },
          tolerance,
          'cross-entropy',
        );
      }
    }
  });
});
