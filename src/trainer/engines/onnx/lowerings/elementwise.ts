import type { Graph } from '../graph/graph.js';
import type { Call, Lowering, Lowerings } from '../trace/kernel.js';
import { broadcastable, shapeOf, viewOf, type View } from '../trace/view.js';
import { float, sizeOf, type ElementType, type OutputType, type Value } from '../graph/value.js';
import { cast, inOrder, inverse, reshaped } from '../graph/shapes.js';

/** The shape that operands have together, by NumPy's rules. */
function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    shapes.reduce((size, shape) => {
      const own = shape[axis - (rank - shape.length)] ?? 1;
      return own === 1 ? size : own;
    }, 1),
  );
}

/** Applies an operation of any number of operands in the memory order of the largest one. */
function applied({ graph }: Call, op: string, operands: readonly View[], result: { dtype: View['dtype'] }): View {
  const shape = broadcastShape(operands.map(shapeOf));
  const guide = operands.find(
    (operand) => operand.axes.length === shape.length && !operand.axes.every((a, i) => a === i),
  );
  const axes = guide?.axes ?? inOrder(shape.length);
  const order = inverse(axes);
  const values = operands.map((operand) => broadcastable(graph, operand, { rank: shape.length, order }));
  const physical = order.map((axis) => shape[axis] ?? 1);
  return viewOf(computed(graph, op, values, { type: result.dtype, shape: physical }), result.dtype, axes);
}

/**
 * A last axis of one element makes ONNX Runtime combine a tensor and a single number element by element, thirty times
 * slower: such axes are left out while computing.
 */
function computed(graph: Graph, op: string, values: readonly Value[], { type, shape }: OutputType): Value {
  const isNumber = (value: Value): boolean => value.shape.length === 0;
  const short = shape.slice(0, shape.findLastIndex((size) => size !== 1) + 1);
  const slow = short.length < shape.length && short.length > 0 && values.some(isNumber);
  if (!slow || values.some((value) => !isNumber(value) && sizeOf(value.shape) !== sizeOf(shape))) {
    return graph.node(op, values, { type, shape });
  }
  const operands = values.map((value) => (isNumber(value) ? value : reshaped(graph, value, short)));
  return reshaped(graph, graph.node(op, operands, { type, shape: short }), shape);
}

const arithmetic =
  (op: string): Lowering =>
  (call) =>
    applied(call, op, [call.view('a'), call.view('b')], { dtype: call.view('a').dtype });

const comparison =
  (op: string): Lowering =>
  (call) =>
    applied(call, op, [call.view('a'), call.view('b')], { dtype: 'bool' });

const unary =
  (op: string): Lowering =>
  (call) =>
    applied(call, op, [call.view('x')], { dtype: call.view('x').dtype });

/** x · x, which every provider has in its fastest form. */
const square: Lowering = (call) =>
  applied(call, 'Mul', [call.view('x'), call.view('x')], { dtype: call.view('x').dtype });

/**
 * 1 where x > 0, else 0. It is the gradient of ReLU, so where relu(x) is at hand that is compared instead of x: then
 * the convolution or product before the ReLU has one reader and can be fused with it.
 */
const step: Lowering = (call) => {
  const { graph } = call;
  if (call.number('alpha') !== 0) throw call.unexpected('alpha');
  const x = call.view('x');
  const source = graph.find('Relu', [x.value]) ?? x.value;
  if (source.type !== 'float32') throw call.unexpected('x');
  // max(0, min(1, steep · x)) is 0 or 1 for every normal number, and one pass where a comparison and a cast are two.
  const steep = { alpha: float(3e38), beta: float(0) };
  return viewOf(graph.node('HardSigmoid', [source], source, steep), 'float32', x.axes);
};

const castKernel: Lowering = (call) => {
  const x = call.view('x');
  const dtype = call.string('dtype');
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') throw call.unexpected('dtype');
  const type: ElementType = dtype;
  return viewOf(cast(call.graph, x.value, type), dtype, x.axes);
};

const clip: Lowering = (call) => {
  const { graph } = call;
  const x = call.view('x');
  const value = cast(graph, x.value, x.dtype);
  const bounds = [call.number('clipValueMin'), call.number('clipValueMax')].map((bound) => graph.scalar(bound));
  return viewOf(graph.node('Clip', [value, ...bounds], { type: value.type, shape: value.shape }), x.dtype, x.axes);
};

const select: Lowering = (call) => {
  const [condition, t, e] = [call.view('condition'), call.view('t'), call.view('e')];
  if (condition.axes.length === 1 && t.axes.length > 1) throw call.unexpected('condition');
  return applied(call, 'Where', [condition, t, e], { dtype: t.dtype });
};

const addN: Lowering = (call) =>
  call.all().reduce((sum, view) => applied(call, 'Add', [sum, view], { dtype: sum.dtype }));

/** A constant of the same shape that lies as x does: one number, broadcast where it is used by itself. */
const filled =
  (number: number): Lowering =>
  (call) => {
    const x = call.view('x');
    const { shape } = x.value;
    return viewOf(call.graph.repeated(number, { type: x.dtype, shape }), x.dtype, x.axes);
  };

export const elementwise: Lowerings = {
  Add: arithmetic('Add'),
  Sub: arithmetic('Sub'),
  Multiply: arithmetic('Mul'),
  RealDiv: arithmetic('Div'),
  Maximum: arithmetic('Max'),
  Minimum: arithmetic('Min'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Equal: comparison('Equal'),
  LogicalAnd: comparison('And'),
  AddN: addN,
  Neg: unary('Neg'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Tanh: unary('Tanh'),
  Abs: unary('Abs'),
  Floor: unary('Floor'),
  ClipByValue: clip,
  Relu: unary('Relu'),
  Square: square,
  Step: step,
  Cast: castKernel,
  Identity: (call) => call.view('x'),
  Select: select,
  ZerosLike: filled(0),
  OnesLike: filled(1),
};
