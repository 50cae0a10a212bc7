import { assertNever } from '../../../src/core/problem.js';
import type { CurveName, Curves } from '../../curveData.js';
import { EvenPositions, TimePositions, type Positions, type XUnit } from './positions.js';
import { MinMaxPyramid } from './pyramid.js';
import { SmoothedColumn } from './smoothing.js';

/** How the values of a column are looked at. */
export interface ColumnLook {
  readonly name: CurveName;
  /** Weight of the moving average; 0 for the values as they were logged. */
  readonly smoothing: number;
  /** For a logarithmic scale. */
  readonly positiveOnly: boolean;
}

/** Something computed from a run's curves, and the version it was computed from. */
interface Derived<T> {
  readonly value: T;
  version: number;
}

/**
 * What is computed from the curves of a run to draw them, kept up to date piece by piece: only what arrived since the
 * last look is computed.
 */
export class RunCurves {
  readonly #pyramids = new Map<string, Derived<MinMaxPyramid>>();
  readonly #smoothed = new Map<CurveName, Derived<SmoothedColumn> & { values: Float32Array }>();
  #time: Derived<TimePositions> = { value: new TimePositions(), version: 0 };

  constructor(readonly curves: Curves) {}

  get length(): number {
    return this.curves.length;
  }

  /** Values with their extremes; null where the metric was never logged. Valid until the next delta. */
  pyramid({ name, smoothing, positiveOnly }: ColumnLook): MinMaxPyramid | null {
    const raw = this.curves.column(name);
    if (raw === null) return null;
    const plain = this.#pyramidOf(
      `${name} ${smoothing}`,
      smoothing === 0 ? raw : this.#smooth(name, raw, smoothing),
      false,
    );
    if (!positiveOnly) return plain;
    const whole = plain.extremes({ from: 0, to: raw.length });
    const isPositive = whole === null || (plain.values[whole.lowest] ?? NaN) > 0;
    return isPositive ? plain : this.#pyramidOf(`${name} ${smoothing}`, plain.values, true);
  }

  /** Where the steps stand; null for epochs while nobody knows how many steps an epoch has. */
  positions(unit: XUnit, { stepsPerEpoch }: { stepsPerEpoch: number | null }): Positions | null {
    const { length, version } = this.curves;
    switch (unit) {
      case 'step':
        return new EvenPositions({ length, stepsPerUnit: 1 });
      case 'epoch':
        return stepsPerEpoch === null ? null : new EvenPositions({ length, stepsPerUnit: stepsPerEpoch });
      case 'time':
        if (this.#time.version !== version) {
          this.#time.value.update(this.curves.seconds, this.curves.firstChangeSince(this.#time.version));
          this.#time.version = version;
        }
        return this.#time.value;
      default:
        return assertNever(unit);
    }
  }

  #smooth(name: CurveName, raw: Float32Array, weight: number): Float32Array {
    const { version } = this.curves;
    let known = this.#smoothed.get(name);
    if (known?.value.weight !== weight) {
      if (known !== undefined) this.#forget(`${name} ${known.value.weight}`);
      known = { value: new SmoothedColumn(weight), version: 0, values: raw };
      this.#smoothed.set(name, known);
    }
    if (known.version !== version) {
      known.values = known.value.update(raw, this.curves.firstChangeSince(known.version));
      known.version = version;
    }
    return known.values;
  }

  #pyramidOf(key: string, values: Float32Array, positiveOnly: boolean): MinMaxPyramid {
    const place = positiveOnly ? `${key} positive` : key;
    const { version } = this.curves;
    const known = this.#pyramids.get(place) ?? { value: new MinMaxPyramid({ positiveOnly }), version: 0 };
    this.#pyramids.set(place, known);
    if (known.version !== version) {
      known.value.update(values, this.curves.firstChangeSince(known.version));
      known.version = version;
    }
    return known.value;
  }

  #forget(key: string): void {
    this.#pyramids.delete(key);
    this.#pyramids.delete(`${key} positive`);
  }
}
