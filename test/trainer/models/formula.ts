import type { ParameterSpec } from '../../../src/trainer/models/model.js';

/**
 * Numbers by formula: what tests and recording scripts can both compute, so that nobody has to store large weights. The
 * scripts' side of it is test/fixtures/formula.py.
 */

/** FNV-1a, 32 bits. */
function hashed(name: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}

/** Calls back with each of `size` numbers of 32 bits that depend on the name and their place alone. */
function mixed(name: string, size: number, use: (bits: number, index: number) => void): void {
  const start = hashed(name);
  for (let index = 0; index < size; index++) {
    let x = (start + index) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    use((x ^ (x >>> 16)) >>> 0, index);
  }
}

/** Pictures [batch, height, width, channels] as bytes. */
export function pictureBytes([batch, height, width, channels]: readonly [number, number, number, number]): Uint8Array {
  const bytes = new Uint8Array(batch * height * width * channels);
  mixed('pictures', bytes.length, (bits, index) => {
    const channel = index % channels;
    const column = Math.floor(index / channels) % width;
    const row = Math.floor(index / (channels * width)) % height;
    const picture = Math.floor(index / (channels * width * height));
    const rows = Math.floor((row * (picture + 3) * 8) / height);
    const columns = Math.floor((column * (channel + 2) * 8) / width);
    bytes[index] = (bits >>> 25) + 16 * ((rows + columns) % 8);
  });
  return bytes;
}

/** Values of the tensors of a state dict by their names and shapes. */
export function stateByFormula(specs: readonly Pick<ParameterSpec, 'name' | 'shape'>[]): Record<string, Float32Array> {
  return Object.fromEntries(specs.map(({ name, shape }) => [name, valuesByFormula(name, shape)]));
}

function valuesByFormula(name: string, shape: readonly number[]): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (name.endsWith('num_batches_tracked')) return values.fill(3);
  const scaled = scale(name, shape, values.length);
  mixed(name, values.length, (bits, index) => {
    values[index] = scaled((bits >>> 8) / 2 ** 23 - 1);
  });
  return values;
}

function scale(name: string, shape: readonly number[], size: number): (uniform: number) => number {
  if (name.endsWith('running_var')) return (u) => 1 + u / 2;
  // Few values lie near ReLU's kink, where rounding decides on which side they are.
  if (/(bn\d|downsample\.1)\.bias$/.test(name)) return (u) => 1 + u / 2;
  if (name.endsWith('running_mean') || name.endsWith('bias')) return (u) => u / 8;
  if (shape.length === 1) return (u) => 1 + u / 4;
  if (name.endsWith('_token') || name.endsWith('_embed')) return (u) => u / 4;
  const bound = Math.sqrt((3 * (shape[0] ?? 1)) / size);
  return (u) => u * bound;
}
