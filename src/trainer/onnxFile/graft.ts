import { onnx } from 'onnx-proto';
import { cutBeforeHead } from './cut.js';
import type { OnnxSpec } from './interface.js';

/**
 * An ONNX file with another last layer: cut before its own, and continued with a product and a bias. It takes pictures
 * as the file does, already scaled; its only output is `logits`, float32 [batch, classes].
 * @param weight [classes, features] @param bias [classes]
 * @throws ProblemError as {@link cutBeforeHead}
 */
export function withHead(
  bytes: Uint8Array,
  { spec, weight, bias }: { spec: OnnxSpec; weight: Float32Array; bias: Float32Array },
): Uint8Array {
  const cut = cutBeforeHead(bytes, spec);
  const model = onnx.ModelProto.decode(cut.bytes);
  const { graph } = model;
  if (graph == null) throw new Error('a cut model has a graph');
  const classes = bias.length;
  const { FLOAT } = onnx.TensorProto.DataType;
  const { INT } = onnx.AttributeProto.AttributeType;
  const tensor = (name: string, values: Float32Array, dims: number[]): onnx.ITensorProto => ({
    name,
    dataType: FLOAT,
    dims,
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });
  graph.initializer = [
    ...(graph.initializer ?? []),
    tensor('distilled.head.weight', weight, [classes, weight.length / classes]),
    tensor('distilled.head.bias', bias, [classes]),
  ];
  graph.node = [
    ...(graph.node ?? []),
    {
      opType: 'Cast',
      input: [cut.features],
      output: ['distilled.float'],
      attribute: [{ name: 'to', type: INT, i: FLOAT }],
    },
    { opType: 'Flatten', input: ['distilled.float'], output: ['distilled.features'] },
    {
      opType: 'Gemm',
      input: ['distilled.features', 'distilled.head.weight', 'distilled.head.bias'],
      output: ['logits'],
      attribute: [{ name: 'transB', type: INT, i: 1 }],
    },
  ];
  const dim = [{ dimParam: 'batch' }, { dimValue: classes }];
  graph.output = [{ name: 'logits', type: { tensorType: { elemType: FLOAT, shape: { dim } } } }];
  return onnx.ModelProto.encode(model).finish();
}
