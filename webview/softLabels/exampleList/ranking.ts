/**
 * Indices by falling value, equals by rising index; NaN last. A radix sort on the bits of the values as float32, three
 * times 11 bits: 10,000 rows take a fraction of a millisecond, so the order can follow a slider.
 * @param values none below 0, [n]
 */
export function rankDescending(values: Float64Array): Int32Array {
  const n = values.length;
  const keys = new Uint32Array(new Float32Array(values).buffer);
  // Bits of floats from 0 up rise with the value; turned over they fall. NaN is taken for less than 0.
  for (let i = 0; i < n; i++) keys[i] = Number.isNaN(values[i]) ? 0xffffffff : 0x7fffffff - (keys[i] ?? 0);
  let order = Int32Array.from({ length: n }, (_, index) => index);
  let spare = new Int32Array(n);
  const starts = new Int32Array(radix);
  for (const shift of [0, 11, 22]) {
    starts.fill(0);
    for (let i = 0; i < n; i++) {
      const digit = ((keys[i] ?? 0) >>> shift) & (radix - 1);
      starts[digit] = (starts[digit] ?? 0) + 1;
    }
    let start = 0;
    for (let digit = 0; digit < radix; digit++) {
      const count = starts[digit] ?? 0;
      starts[digit] = start;
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const index = order[i] ?? 0;
      const digit = ((keys[index] ?? 0) >>> shift) & (radix - 1);
      const place = starts[digit] ?? 0;
      spare[place] = index;
      starts[digit] = place + 1;
    }
    [order, spare] = [spare, order];
  }
  return order;
}

const radix = 2048;
