/** Steps between two kept states of the average, from which it can be taken up again. */
const stride = 1024;

/**
 * A column's exponential moving average, as TensorBoard draws it: the average starts at 0 and is divided by the weight
 * it has gathered, so that it is right from the first step on. A value that is not finite stays as it is and leaves the
 * average alone. (github.com/tensorflow/tensorboard, line_chart_v2 `data_transformer`: classicSmoothing.)
 */
export class SmoothedColumn {
  #smoothed: Float32Array = new Float32Array(0);
  /** The average before each `stride` steps, and how many values are in it: two numbers a state. */
  #states: Float64Array = new Float64Array(0);
  #length = 0;

  /** @param weight of what came before, 0 ≤ weight < 1 */
  constructor(readonly weight: number) {}

  /**
   * Takes in a column that changed from an index on.
   * @returns the smoothed column, as long as `values`. A view: valid until the next update
   */
  update(values: Float32Array, firstChange: number): Float32Array {
    const length = values.length;
    this.#reserve(length);
    const first = Math.floor(Math.max(0, Math.min(firstChange, this.#length, length)) / stride);
    let average = this.#states[2 * first] ?? 0;
    let count = this.#states[2 * first + 1] ?? 0;
    let past = this.weight ** count;
    for (let index = first * stride; index < length; index++) {
      if (index % stride === 0) {
        this.#states[(2 * index) / stride] = average;
        this.#states[(2 * index) / stride + 1] = count;
      }
      const value = values[index] ?? NaN;
      if (Number.isFinite(value)) {
        average = average * this.weight + (1 - this.weight) * value;
        count++;
        past *= this.weight;
        this.#smoothed[index] = average / (1 - past);
      } else {
        this.#smoothed[index] = value;
      }
    }
    this.#length = length;
    return this.#smoothed.subarray(0, length);
  }

  #reserve(length: number): void {
    if (length <= this.#smoothed.length) return;
    const capacity = Math.max(length, 2 * this.#smoothed.length, stride);
    const smoothed = new Float32Array(capacity);
    smoothed.set(this.#smoothed);
    this.#smoothed = smoothed;
    const states = new Float64Array(2 * (Math.floor(capacity / stride) + 1));
    states.set(this.#states);
    this.#states = states;
  }
}
