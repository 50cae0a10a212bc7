/** IEEE half-precision numbers, as their bits, in single precision. */
export function floatsOfHalf(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, halfAsNumber);
}

/** Bfloat16 numbers, as their bits: the upper half of a single-precision number. */
export function floatsOfBfloat(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (each) => each << 16).buffer);
}

/** The nearest half-precision numbers, ties to even, as their bits. */
export function halfOfFloats(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, numberAsHalf);
}

function halfAsNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * 2 ** -24 * fraction : sign * 2 ** (exponent - 25) * (1024 + fraction);
}

function numberAsHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.min(15, Math.floor(Math.log2(size))));
  // How many of the smallest steps at this exponent: below 1024 only for numbers that are denormal.
  const steps = roundedToEven(size / 2 ** (exponent - 10));
  return sign | ((exponent + 14) * 1024 + steps);
}

function roundedToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
