import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import assert from 'node:assert/strict';
import { EagerEngine } from '../../../src/trainer/engines/eagerEngine.js';
import type { Engine, NamedValues, Program, Values } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';

export type Initial = Parameters<Engine['variables']>[0];

export interface Outcome {
  /** Outputs of every call, in order. */
  readonly outputs: readonly NamedValues[];
  readonly variables: Readonly<Record<string, Float32Array>>;
}

/** Runs a program on each set of inputs, several of them in one call, and returns all that came out. */
export async function outcome(
  engine: Engine,
  program: Program,
  { initial, calls }: { initial: Initial; calls: readonly NamedValues[] },
): Promise<Outcome> {
  const variables = await engine.variables(initial);
  const outputs = calls.length === 1 ? await once(calls) : await inARow(calls);
  const values = await variables.read();
  variables.dispose();
  return { outputs, variables: values };

  async function once([inputs = {}]: readonly NamedValues[]): Promise<NamedValues[]> {
    const compiled = await engine.compile(program, variables);
    const result = await compiled.run(inputs);
    const copies = mapped(result, (found) => found.slice());
    await compiled.dispose();
    return [copies];
  }

  /** All but the last in one call, which leaves layers of the inputs unused; then the last by itself. */
  async function inARow(steps: readonly NamedValues[]): Promise<NamedValues[]> {
    const compiled = await engine.compileSteps(program, variables, steps.length);
    const first = await compiled.run(stacked(steps, steps.length), steps.length - 1);
    const results = Array.from({ length: steps.length - 1 }, (_, step) =>
      mapped(first, (found) => {
        const size = found.length / (steps.length - 1);
        return found.slice(step * size, (step + 1) * size);
      }),
    );
    const last = await compiled.run(stacked(steps.slice(-1), steps.length), 1);
    results.push(mapped(last, (found) => found.slice()));
    await compiled.dispose();
    return results;
  }
}

/**
 * Runs a training step again and again, and returns the loss of each step and the variables after the first: of SGD
 * these hold the gradients, as its momentum.
 */
export async function trajectory(
  engine: Engine,
  program: Program,
  { initial, calls }: { initial: Initial; calls: readonly NamedValues[] },
): Promise<{ losses: readonly number[]; first: Readonly<Record<string, Float32Array>> }> {
  const variables = await engine.variables(initial);
  const compiled = await engine.compileSteps(program, variables, calls.length);
  const lossesOf = ({ loss }: NamedValues): number[] => Array.from(loss ?? []);
  const losses = lossesOf(await compiled.run(stacked(calls.slice(0, 1), calls.length), 1));
  const first = await variables.read();
  losses.push(...lossesOf(await compiled.run(stacked(calls.slice(1), calls.length), calls.length - 1)));
  await compiled.dispose();
  variables.dispose();
  return { losses, first };
}

/** Expects the same losses, step by step, to 1e-4: what differs is the rounding of sums in another order. */
export function assertSameLosses(found: readonly number[], expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  const furthest = found.reduce((most, loss, step) => Math.max(most, Math.abs(loss - (expected[step] ?? NaN))), 0);
  assert.ok(furthest <= 1e-4, `${furthest} apart: ${found.join(' ')} against ${expected.join(' ')}`);
}

const mapped = (values: NamedValues, change: (values: Values) => Values): NamedValues =>
  Object.fromEntries(Object.entries(values).map(([name, found]) => [name, change(found)]));

/** Inputs of several steps as one array each, with room for `most` of them. */
function stacked(steps: readonly NamedValues[], most: number): NamedValues {
  const [first = {}] = steps;
  return Object.fromEntries(
    Object.entries(first).map(([name, { length, constructor }]) => {
      const whole =
        constructor === Float32Array
          ? new Float32Array(most * length)
          : constructor === Int32Array
            ? new Int32Array(most * length)
            : new Uint8Array(most * length);
      steps.forEach((step, index) => {
        whole.set(step[name] ?? [], index * length);
      });
      return [name, whole];
    }),
  );
}

/** tfjs's own CPU backend: the oracle of the traced engine. */
export async function eagerOracle(): Promise<EagerEngine> {
  await tf.setBackend('cpu');
  return new EagerEngine('tfjs/cpu', 'oracle');
}

/**
 * Runs the program traced and eagerly and expects the same, relative to the largest value of each tensor; also without
 * the operations on blocks of channels, which are ONNX Runtime's private ones and may be gone with its next version.
 * @param floor what differences are measured against at least: a divergence or a gradient near 0 is a sum of terms that
 * cancel, and has the rounding error of its terms
 */
export async function assertTracedEqualsEager(
  program: Program,
  run: { initial: Initial; calls: readonly NamedValues[] },
  tolerance: number,
  floor = smallest,
): Promise<void> {
  const eager = await outcome(await eagerOracle(), program, run);
  for (const blocks of [true, false]) {
    const traced = await outcome(new OnnxEngine({ threads: 1, blocks }), program, run);
    const how = `${program.name}${blocks ? '' : ' without blocks'}`;
    eager.outputs.forEach((outputs, call) => {
      assertClose(traced.outputs[call] ?? {}, outputs, tolerance, `${how}, call ${(call + 1).toString()}`, floor);
    });
    assertClose(traced.variables, eager.variables, tolerance, `${how}, variables`, floor);
  }
}

/** Keeps differences from being divided by 0. */
const smallest = 1e-30;

/** Differences are measured against the largest magnitude in the expected tensor, or the floor where it is larger. */
export function assertClose(
  actual: NamedValues,
  expected: NamedValues,
  tolerance: number,
  what: string,
  floor = smallest,
): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), `${what}: names`);
  for (const [name, wanted] of Object.entries(expected)) {
    const found = actual[name] ?? [];
    assert.equal(found.length, wanted.length, `${what}: size of ${name}`);
    const scale = Array.from(wanted).reduce((largest, value) => Math.max(largest, Math.abs(value)), floor);
    wanted.forEach((value, index) => {
      const difference = Math.abs((found[index] ?? NaN) - value) / scale;
      assert.ok(
        difference <= tolerance,
        `${what}: ${name}[${index.toString()}] is ${String(found[index])}, expected ${value.toString()} (${difference.toExponential(1)} of ${scale.toString()})`,
      );
    });
  }
}

/** A small repeatable generator for test data. */
export function numbers(seed: number): () => number {
  let state = (seed >>> 0) + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}
