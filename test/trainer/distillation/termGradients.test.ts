import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { gradientTerms, type GradientTerms } from '../../../src/core/losses/gradientTerms.js';
import type { DistillLoss } from '../../../src/core/spec/spec.js';
import { distillationObjective } from '../../../src/trainer/distillation/objective.js';
import { gradientProducts, productsAt, TermGradients } from '../../../src/trainer/distillation/termGradients.js';
import type { NamedValues, Program } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { tensorNamed } from '../../../src/trainer/tensors.js';
import { describeCase, readLossCases, recordedObjectives, type LossCase } from '../../core/losses/lossCases.js';
import { assertNear } from '../../core/near.js';
import { floats } from '../eager.js';
import { eagerOracle, outcome } from '../engines/sideBySide.js';

const recordedTerms = z.record(
  z.string(),
  z.object({ distillation: z.number(), student: z.number(), cosine: z.number().nullable() }),
);
/** What PyTorch's autograd finds in float64, by case and loss; see test/fixtures/record_gradient_terms.py. */
const recorded = z.array(recordedTerms).parse(JSON.parse(readFileSync('test/fixtures/gradientTerms.json', 'utf8')));

/** The gradient of a recorded case's objective, taken down by its terms or not, and what was taken down. */
function program(
  spec: DistillLoss,
  { n, classes, teachers }: LossCase,
  { ramp, heard }: { ramp: number; heard: boolean },
): Program {
  const logits = { shape: [n, classes], dtype: 'float32' } as const;
  const names = teachers.map((_, index) => `teacher.${index}`);
  return {
    name: 'gradient',
    inputs: {
      ...Object.fromEntries(['student', ...names].map((name) => [name, logits])),
      labels: { shape: [n], dtype: 'int32' },
    },
    run: (_, batch) => {
      const matrix = (name: string): tf.Tensor2D => tf.reshape<tf.Rank.R2>(tensorNamed(batch, name), [n, classes]);
      const terms = heard ? new TermGradients() : null;
      const loss = (student: tf.Tensor): tf.Scalar =>
        distillationObjective(
          spec,
          {
            teacher: names.map(matrix),
            student: tf.reshape<tf.Rank.R2>(student, [n, classes]),
            labels: tf.reshape<tf.Rank.R1>(tensorNamed(batch, 'labels'), [n]),
          },
          { temperature: spec.temperature, ramp },
          terms,
        ).loss;
      const gradient = tf.grad(loss)(matrix('student'));
      return { outputs: { gradient, ...(terms && { [gradientProducts]: terms.products() }) }, updates: {} };
    },
  };
}

const inputsOf = ({ student, labels, teachers }: LossCase): NamedValues => ({
  ...floats({ student, ...Object.fromEntries(teachers.map((logits, index) => [`teacher.${index}`, logits])) }),
  labels: Int32Array.from(labels),
});

/** What float32 gives at least: see the gradients of test/trainer/distillation/objective.test.ts. */
const tolerances: Partial<Record<DistillLoss['loss'], number>> = { dist: 5e-4 };
const toleranceOf = ({ loss }: DistillLoss): number => tolerances[loss] ?? 5e-6;
/** A gradient that is rounding alone points nowhere. */
const leastNorm = 1e-3;

const engines = { eager: eagerOracle, traced: () => Promise.resolve(new OnnxEngine({ threads: 1 })) };

describe('TermGradients', () => {
  for (const [mode, engine] of Object.entries(engines)) {
    const found = async (
      spec: DistillLoss,
      example: LossCase,
      how: { ramp: number; heard: boolean },
    ): Promise<NamedValues> => {
      const run = { initial: {}, calls: [inputsOf(example)] };
      const { outputs } = await outcome(await engine(), program(spec, example, how), run);
      return outputs[0] ?? {};
    };
    const termsOf = (outputs: NamedValues, { n }: LossCase): GradientTerms => {
      return gradientTerms(productsAt(outputs[gradientProducts] ?? [], 0), { n });
    };

    for (const [place, example] of readLossCases().entries()) {
      it(`tell PyTorch's norms and cosine and change no bit of the gradient, ${mode}: ${describeCase(example)}`, async () => {
        for (const { name, spec } of recordedObjectives(example)) {
          const outputs = await found(spec, example, { ramp: 1, heard: true });
          const expected = recorded[place]?.[name];
          assert.ok(expected !== undefined, name);
          const { distillation, student, cosine } = termsOf(outputs, example);
          const tolerance = toleranceOf(spec);
          assertNear([distillation, student], [expected.distillation, expected.student], { tolerance, what: name });
          if (Math.min(expected.distillation, expected.student) > leastNorm && expected.cosine !== null)
            assertNear([cosine], [expected.cosine], { tolerance: 4 * tolerance, what: `${name}: cosine` });
          if (expected.cosine === null) assert.ok(Number.isNaN(cosine), `${name}: no angle`);

          const alone = await found(spec, example, { ramp: 1, heard: false });
          assert.deepEqual(outputs['gradient'], alone['gradient'], `${name}: not to the bit`);
          assert.deepEqual(Object.keys(alone), ['gradient']);
        }
      });
    }

    it(`grow with the weight of the distillation as it is warmed up, from a share of 0, ${mode}`, async () => {
      const example = readLossCases().find(({ n, teachers }) => n > 2 && teachers.length === 3);
      assert.ok(example !== undefined);
      for (const { name, spec } of recordedObjectives(example).filter(({ name }) => name !== 'snippet')) {
        const at = async (ramp: number): Promise<GradientTerms> =>
          termsOf(await found(spec, example, { ramp, heard: true }), example);
        const [none, half, whole] = [await at(0), await at(0.5), await at(1)];
        assert.equal(none.distillation, 0, name);
        assert.ok(Number.isNaN(none.cosine), name);
        assertNear([half.distillation, half.cosine], [whole.distillation / 2, whole.cosine], {
          tolerance: 1e-6,
          what: name,
        });
        assert.deepEqual([none.student, half.student], [whole.student, whole.student], name);
      }
    });
  }
});
