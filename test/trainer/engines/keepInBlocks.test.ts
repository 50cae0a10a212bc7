import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelSchema, optimizerSchema } from '../../../src/core/spec/spec.js';
import { sortedNodes } from '../../../src/trainer/engines/onnx/graph/graph.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { stateOf } from '../../../src/trainer/models/model.js';
import { createOptimizer } from '../../../src/trainer/training/optimizer.js';
import { trainProgram } from '../../../src/trainer/training/programs.js';
import type { Node } from '../../../src/trainer/engines/onnx/graph/value.js';
import { blockedDialect } from '../../../src/trainer/engines/onnx/lowerings/blocked/blockedDialect.js';
import { onnxRuntimeDialect } from '../../../src/trainer/engines/onnx/lowerings/lowerings.js';
import type { Dialect } from '../../../src/trainer/engines/onnx/trace/kernel.js';
import { Recording } from '../../../src/trainer/engines/onnx/trace/recording.js';

/** The nodes of a training step of ResNet-20, in a dialect. */
async function stepOf(dialect: Dialect): Promise<Node[]> {
  const picture = { height: 32, width: 32, channels: 3, classes: 10 };
  const model = createModel(modelSchema.parse({ kind: 'cifar-resnet', variant: 'resnet20' }), picture);
  const settings = optimizerSchema.parse({ kind: 'sgd', learningRate: 0.1, momentum: 0.9 });
  const optimizer = createOptimizer(settings, { maxNorm: null });
  const program = trainProgram({ model, optimizer, distillation: null, batchSize: 64, picture });
  const specs = [...stateOf(model), ...optimizer.slots(model.parameters)];
  const shapes = Object.fromEntries(specs.map(({ name, shape }) => [name, shape]));
  const { outputs, updates } = await Recording.of(program, { shapes, dialect });
  return sortedNodes([...Object.values(outputs), ...Object.values(updates)]);
}

const behindReshapes = (node: Node): Node | null => {
  let producer = node.inputs[0]?.producer ?? null;
  while (producer?.op === 'Reshape') producer = producer.inputs[0]?.producer ?? null;
  return producer;
};
/** Pictures lie in one picture of long rows; what is turned square by square has many. */
const ofPictures = ({ outputs }: Node): boolean => outputs[0]?.shape[0] === 1;

describe('a step of a residual network with blocks of channels', () => {
  it('moves pictures into blocks and out of them only where a stage begins or ends', async () => {
    const nodes = await stepOf(blockedDialect(16));
    const moves = nodes.filter((node) => /^Reorder/.test(node.op) && ofPictures(node));
    const undone = moves.filter((node) => node.op === 'ReorderInput' && behindReshapes(node)?.op === 'ReorderOutput');
    assert.deepEqual(undone, [], 'nothing is brought out of blocks to be brought into them again');
    const convolutions = nodes.filter(({ op }) => op === 'Conv').length;
    assert.ok(convolutions > 100 && moves.length <= 24, `${moves.length} moves, ${convolutions} convolutions`);
  });

  it('has no operation left that ONNX Runtime does in one thread', async () => {
    const ops = new Set((await stepOf(blockedDialect(16))).map(({ op }) => op));
    assert.deepEqual(
      [...ops].filter((op) => op === 'BatchNormalization'),
      [],
    );
  });

  it('uses plain operations where the processor has no blocks', async () => {
    const domains = new Set((await stepOf(onnxRuntimeDialect)).map(({ domain }) => domain));
    assert.ok(!domains.has('com.microsoft.nchwc'));
  });
});
