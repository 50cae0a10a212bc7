import { recordOf } from '../../src/core/metrics.js';
import type { RunKey } from '../../src/panel/protocol.js';
import type { AxisScale } from './scene/axisScale.js';
import { chartNames, scaleOf, type AnswerMeasure, type ChartName } from './metrics.js';
import type { XUnit } from './scene/positions.js';

/** How a person wants the curves. What is zoomed to is kept by the stage: it changes with every frame. */
export interface CurveSettings {
  /** The first is the large chart. */
  readonly order: readonly ChartName[];
  readonly x: XUnit;
  /** Each chart has its own: losses fall over decades, counts and shares do not. */
  readonly y: Readonly<Record<ChartName, AxisScale>>;
  /** Weight of what came before, 0 to 0.99. */
  readonly smoothing: number;
  readonly answers: AnswerMeasure;
  readonly hidden: ReadonlySet<RunKey>;
}

export const initialSettings: CurveSettings = {
  order: chartNames,
  x: 'step',
  y: recordOf(chartNames, scaleOf),
  smoothing: 0,
  answers: 'errors',
  hidden: new Set(),
};

/** A small chart and the large one in each other's place. */
export function swapped(order: readonly ChartName[], name: ChartName): ChartName[] {
  const [large] = order;
  return order.map((one) => (one === name ? (large ?? one) : one === large ? name : one));
}
