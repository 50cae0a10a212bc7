import { assertNever } from '../../../src/core/problem.js';
import { clock } from '../../../src/core/words.js';
import { fromDrawn, type AxisScale } from '../scene/axisScale.js';
import type { XUnit } from '../scene/positions.js';
import type { Range } from '../scene/range.js';

/** A mark of an axis: where it is drawn, and what it says. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Seconds between the marks of a clock. */
const clockSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];

/** Marks of the x axis: whole steps, epochs, or times of a clock; at most `most`, at least one where one fits. */
export function xTicks(unit: XUnit, range: Range, most: number): Tick[] {
  switch (unit) {
    case 'step':
      return every(Math.max(1, niceStep(range, most)), range, shortNumber);
    case 'epoch':
      return every(niceStep(range, most), range, shortNumber);
    case 'time': {
      const wanted = (range.max - range.min) / most;
      const step = clockSteps.find((seconds) => seconds >= wanted) ?? 86400 * Math.ceil(wanted / 86400);
      return wanted < 0.5
        ? every(niceStep(range, most), range, (seconds, digits) => `${seconds.toFixed(digits)} s`)
        : every(step, range, clock);
    }
    default:
      return assertNever(unit);
  }
}

/** Marks of the y axis over a range in drawn units: round values, on a logarithmic scale powers of ten and parts. */
export function yTicks(scale: AxisScale, range: Range, most: number): Tick[] {
  switch (scale) {
    case 'linear':
      return every(niceStep(range, most), range, shortNumber);
    case 'log':
      return logTicks(range, most);
    default:
      return assertNever(scale);
  }
}

/** 1, 2 or 5 times a power of ten: the smallest of which at most `most` fit into the range. */
export function niceStep({ min, max }: Range, most: number): number {
  const wanted = (max - min) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const parts = wanted / power;
  return (parts <= 1 ? 1 : parts <= 2 ? 2 : parts <= 5 ? 5 : 10) * power;
}

/** `0`, `0.05`, `250`, `20k`, `1.5M`, `2e-7`: as short as an axis needs. */
export function shortNumber(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-4 || size >= 1e12) return sign(Number(value.toPrecision(6)).toExponential().replace('e+', 'e'));
  if (size >= 1e6) return sign(`${Number((value / 1e6).toPrecision(7))}M`);
  if (size >= 1e4) return sign(`${Number((value / 1e3).toPrecision(7))}k`);
  return sign(value.toFixed(digits));
}

function logTicks(range: Range, most: number): Tick[] {
  const decades = range.max - range.min;
  if (decades < 0.7) {
    const values = { min: fromDrawn('log', range.min), max: fromDrawn('log', range.max) };
    return every(niceStep(values, most), values, shortNumber)
      .filter(({ at }) => at > 0)
      .map(({ at, label }) => ({ at: Math.log10(at), label }));
  }
  const parts = most >= 3 * decades ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / most));
  const ticks: Tick[] = [];
  for (let power = Math.floor(range.min / stride) * stride; power <= range.max; power += stride) {
    for (const part of parts) {
      const at = power + Math.log10(part);
      if (at < range.min || at > range.max) continue;
      ticks.push({ at, label: shortNumber(Number(`${part}e${power}`), Math.max(0, -power)) });
    }
  }
  return ticks;
}

function every(step: number, { min, max }: Range, label: (value: number, digits: number) => string): Tick[] {
  const digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)));
  const ticks: Tick[] = [];
  for (let multiple = Math.ceil(min / step - 1e-9); multiple * step <= max + 1e-9 * step; multiple++) {
    const at = Number((multiple * step).toPrecision(12));
    ticks.push({ at, label: label(at, digits) });
  }
  return ticks;
}

function sign(text: string): string {
  return text.replace(/^-/, '−');
}
