import { fusions, rowProducts } from '../passes/fusions.js';
import type { Dialect, Lowerings } from '../trace/kernel.js';
import { convolutions } from './convolution.js';
import { elementwise } from './elementwise.js';
import { filterGradients } from './filterGradient.js';
import { inputGradients } from './inputGradient.js';
import { products } from './matmul.js';
import { normalizations } from './normalization.js';
import { poolings } from './pooling.js';
import { reductions } from './reduction.js';
import { shaping } from './shape.js';

/** Every tfjs kernel that can be recorded. */
export const lowerings: Lowerings = {
  ...elementwise,
  ...shaping,
  ...reductions,
  ...products,
  ...convolutions,
  ...inputGradients,
  ...filterGradients,
  ...normalizations,
  ...poolings,
};

/** For ONNX Runtime's own providers: with operations of its own, and pictures whose batch lies innermost. */
export const onnxRuntimeDialect: Dialect = {
  name: 'onnxruntime',
  lowerings,
  passes: [() => [rowProducts, ...fusions()]],
};
