import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelSchema, optimizerSchema } from '../../../src/core/spec/spec.js';
import type { Program } from '../../../src/trainer/engines/engine.js';
import { blockedDialect } from '../../../src/trainer/engines/onnx/lowerings/blocked/blockedDialect.js';
import type { Value } from '../../../src/trainer/engines/onnx/graph/value.js';
import { onnxRuntimeDialect } from '../../../src/trainer/engines/onnx/lowerings/lowerings.js';
import { plainDialect } from '../../../src/trainer/engines/onnx/lowerings/plain/plainLowerings.js';
import { rewrite } from '../../../src/trainer/engines/onnx/passes/rewrite.js';
import type { Dialect } from '../../../src/trainer/engines/onnx/trace/kernel.js';
import { trace } from '../../../src/trainer/engines/onnx/trace/trace.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { stateOf } from '../../../src/trainer/models/model.js';
import { createOptimizer } from '../../../src/trainer/training/optimizer.js';
import { logitsProgram, trainProgram } from '../../../src/trainer/training/programs.js';

const picture = { height: 32, width: 32, channels: 3, classes: 10 };
const batchSize = 64;
const sgd = { kind: 'sgd', learningRate: 0.1, momentum: 0 };
const resnet = { kind: 'cifar-resnet', variant: 'resnet20' };
const vit = { kind: 'vit', variant: 'ti16', layers: 1, patch: 8, input: { size: null } };

/** Programs that have all that there are rules for. */
function programs(): { program: Program; tensors: readonly { name: string; shape: readonly number[] }[] }[] {
  const step = (spec: object, settings: object, maxNorm: number | null) => {
    const model = createModel(modelSchema.parse(spec), picture);
    const optimizer = createOptimizer(optimizerSchema.parse(settings), { maxNorm });
    const program = trainProgram({ model, optimizer, distillation: null, batchSize, picture });
    return { program, tensors: [...stateOf(model), ...optimizer.slots(model.parameters)] };
  };
  const trained = createModel(modelSchema.parse(resnet), picture);
  return [
    step({ kind: 'mlp', hidden: [8] }, sgd, 2),
    step({ kind: 'convnet', channels: [6, 8], hidden: [] }, { ...sgd, momentum: 0.9 }, null),
    step(resnet, sgd, null),
    step(vit, sgd, null),
    { program: logitsProgram({ name: 'asked', model: trained, batchSize, picture }), tensors: stateOf(trained) },
  ];
}

/** The rules of a dialect that change none of the programs. */
async function unused(dialect: Dialect): Promise<string[]> {
  const applied = new Map<string, boolean>();
  for (const { program, tensors } of programs()) {
    const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]));
    const { graph } = await trace(program, shapes, dialect);
    for (const rulesFor of dialect.passes) {
      const watched = rulesFor(graph).map(({ name, at, apply }) => ({
        name,
        at,
        apply: (...[own, node]: Parameters<typeof apply>) => {
          const found = apply(own, node);
          applied.set(name, applied.get(name) === true || found !== null);
          return found;
        },
      }));
      for (const { name } of watched) applied.set(name, applied.get(name) ?? false);
      rewrite(graph, watched);
      // What is counted while rules come and go is what is there in the end.
      const read = [...graph.outputs, ...graph.nodes.flatMap(({ inputs }) => inputs)].filter((value) => value !== null);
      const counts = new Map<Value, number>();
      for (const value of read) counts.set(value, (counts.get(value) ?? 0) + 1);
      for (const [value, count] of counts) assert.equal(graph.readersOf(value), count, value.name);
    }
  }
  return [...applied].filter(([, used]) => !used).map(([name]) => name);
}

describe('every rule by which graphs are rewritten changes a program', () => {
  const dialects: { dialect: Dialect; idle: string[] }[] = [
    { dialect: onnxRuntimeDialect, idle: [] },
    { dialect: blockedDialect(16), idle: [] },
    {
      dialect: plainDialect,
      idle: [
        // For pictures whose channels lie outermost, which it has not.
        'Conv(X, W) + bias → Conv(X, W, bias)',
        'Relu(Reshape(Conv)) → Reshape(Relu(Conv)), of which ONNX Runtime makes one node',
        // No network has them.
        'Conv in groups of 5, 6, 7, 9 … outputs → refused',
        'another operation of ONNX Runtime’s own → refused',
      ],
    },
  ];
  for (const { dialect, idle } of dialects) {
    it(dialect.name, async () => {
      assert.deepEqual(await unused(dialect), idle);
    });
  }
});
