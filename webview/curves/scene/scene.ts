import type { RunKey } from '../../../src/panel/protocol.js';
import { toDrawn, type AxisScale } from './axisScale.js';
import { metricsOf, subjectOf, type AnswerMeasure, type ChartName, type ChartSubject, type Split } from '../metrics.js';
import { collectPoints, Points } from './points.js';
import type { XUnit } from './positions.js';
import { padded, type Range } from './range.js';
import type { RunCurves } from './runCurves.js';
import type { ShownRun } from '../runs/shownRun.js';

/** A line of a chart. `ys` of its points are in drawn units: logarithms on a logarithmic scale. */
export interface Stroke {
  readonly run: RunKey;
  readonly part: Split;
  readonly kind: 'raw' | 'main' | 'epochs' | 'level';
  readonly color: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly dash: readonly number[];
  readonly opacity: number;
  readonly points: Points;
}

/** All that is drawn of a chart, whoever draws it: a canvas, or a file. */
export interface Scene {
  readonly name: ChartName;
  readonly subject: ChartSubject;
  readonly xUnit: XUnit;
  readonly scale: AxisScale;
  readonly x: Range;
  readonly y: Range;
  readonly strokes: readonly Stroke[];
  /** Values at or below 0 that a logarithmic scale cannot show, in all curves that are. */
  readonly leftOut: number;
}

export interface SceneRun {
  readonly shown: ShownRun;
  readonly curves: RunCurves;
}

export interface SceneSettings {
  readonly name: ChartName;
  readonly answers: AnswerMeasure;
  readonly xUnit: XUnit;
  readonly scale: AxisScale;
  readonly smoothing: number;
  readonly x: Range;
  /** Null: what is visible decides. */
  readonly y: Range | null;
  /** Width of the drawing in pixels, and points to spend on all curves together. */
  readonly pixels: number;
  readonly budget: number;
}

/** How many steps an epoch of the run has; null while it is not known. */
export function stepsPerEpochOf({ shown }: SceneRun): number | null {
  const { status, epochs } = shown.data;
  const [first] = epochs;
  return status?.started?.stepsPerEpoch ?? (first === undefined ? null : first.step / first.epoch);
}

/** From 0 to the last step, epoch or second of all runs that are more than a level. */
export function wholeX(runs: readonly SceneRun[], unit: XUnit): Range {
  let max = 0;
  for (const run of runs) {
    if (run.shown.isLevel) continue;
    const positions = run.curves.positions(unit, { stepsPerEpoch: stepsPerEpochOf(run) });
    if (positions !== null && positions.length > 0) max = Math.max(max, positions.at(positions.length - 1));
    const last = run.shown.data.epochs.at(-1);
    if (last !== undefined) max = Math.max(max, { step: last.step, epoch: last.epoch, time: last.seconds }[unit]);
  }
  return { min: 0, max: max > 0 ? max : 1 };
}

/** Collects what is to be drawn. `Points` are taken from the pool and filled anew: a scene holds until the next one. */
export class SceneBuilder {
  readonly #pool = new Map<string, Points>();

  build(runs: readonly SceneRun[], settings: SceneSettings): Scene {
    const subject = subjectOf(settings.name, settings.answers);
    const curves = runs.length * (settings.smoothing > 0 ? 2 : 1);
    const buckets = Math.max(24, Math.min(settings.pixels, Math.floor(settings.budget / (2 * Math.max(1, curves)))));
    const strokes: Stroke[] = [];
    let leftOut = 0;
    for (const run of runs) {
      if (run.shown.isLevel) {
        if (subject.level) strokes.push(...this.#level(run, { settings, subject }));
        continue;
      }
      for (const smoothing of settings.smoothing > 0 ? [0, settings.smoothing] : [0]) {
        const stepped = this.#stepped(run, { settings, subject, smoothing, buckets });
        if (stepped === null) continue;
        strokes.push(stepped.stroke);
        if (smoothing === 0) leftOut += stepped.leftOut;
      }
    }
    for (const run of runs) {
      if (run.shown.isLevel) continue;
      for (const part of subject.epochParts) {
        const { stroke, leftOut: ofEpochs } = this.#epochs(run, { settings, subject, part });
        leftOut += ofEpochs;
        if (stroke.points.count > 0) strokes.push(stroke);
      }
    }
    const bounds = settings.scale === 'linear' ? subject.range : undefined;
    const y = settings.y ?? (bounds === undefined ? visibleY(strokes, settings.x) : padded(bounds, 0.02));
    const { name, xUnit, scale, x } = settings;
    return { name, subject, xUnit, scale, x, y, strokes, leftOut };
  }

  #stepped(
    run: SceneRun,
    {
      settings,
      subject,
      smoothing,
      buckets,
    }: { settings: SceneSettings; subject: ChartSubject; smoothing: number; buckets: number },
  ): { stroke: Stroke; leftOut: number } | null {
    if (subject.column === null) return null;
    const look = { smoothing, positiveOnly: settings.scale === 'log' };
    const pyramid =
      run.curves.pyramid({ name: subject.column, ...look }) ??
      (subject.otherwise === null ? null : run.curves.pyramid({ name: subject.otherwise, ...look }));
    const positions = run.curves.positions(settings.xUnit, { stepsPerEpoch: stepsPerEpochOf(run) });
    if (pyramid === null || positions === null) return null;
    const { key } = run.shown.data.run;
    const points = this.#points(`${key} train ${smoothing > 0}`);
    collectPoints({ pyramid, positions }, { range: settings.x, buckets, into: points });
    draw(points, settings.scale);
    const isUnder = smoothing === 0 && settings.smoothing > 0;
    const stroke: Stroke = {
      run: key,
      part: 'train',
      kind: isUnder ? 'raw' : 'main',
      color: run.shown.color,
      width: 1,
      dash: [],
      opacity: isUnder ? 0.25 : 1,
      points,
    };
    return { stroke, leftOut: pyramid.leftOut };
  }

  #epochs(
    run: SceneRun,
    { settings, subject, part }: { settings: SceneSettings; subject: ChartSubject; part: Split },
  ): { stroke: Stroke; leftOut: number } {
    const { key } = run.shown.data.run;
    const points = this.#points(`${key} ${part} epochs`);
    points.clear();
    let leftOut = 0;
    for (const epoch of run.shown.data.epochs) {
      const metrics = metricsOf(epoch, part);
      const value = metrics === undefined ? undefined : subject.ofEpoch(metrics);
      if (value === undefined) continue;
      const x = { step: epoch.step, epoch: epoch.epoch, time: epoch.seconds }[settings.xUnit];
      const drawn = toDrawn(settings.scale, value);
      if (Number.isFinite(drawn)) points.push(x, drawn);
      else points.lift(x);
      if (Number.isFinite(value) && !Number.isFinite(drawn)) leftOut++;
    }
    const isTest = part === 'test';
    const stroke: Stroke = {
      run: key,
      part,
      kind: 'epochs',
      color: run.shown.color,
      width: isTest ? 2 : 1,
      dash: part === 'validation' ? [3, 3] : run.shown.dash,
      opacity: part === 'train' ? 0.7 : 1,
      points,
    };
    return { stroke, leftOut };
  }

  #level(run: SceneRun, { settings, subject }: { settings: SceneSettings; subject: ChartSubject }): Stroke[] {
    const last = run.shown.data.epochs.at(-1);
    const value = last === undefined ? undefined : subject.ofEpoch(last.test);
    const drawn = value === undefined ? NaN : toDrawn(settings.scale, value);
    if (!Number.isFinite(drawn)) return [];
    const { key } = run.shown.data.run;
    const points = this.#points(`${key} level`);
    points.clear();
    points.push(settings.x.min, drawn);
    points.push(settings.x.max, drawn);
    const { color, dash } = run.shown;
    return [{ run: key, part: 'test', kind: 'level', color, width: 1.5, dash, opacity: 1, points }];
  }

  #points(key: string): Points {
    const known = this.#pool.get(key);
    if (known !== undefined) return known;
    const points = new Points();
    this.#pool.set(key, points);
    return points;
  }
}

function draw(points: Points, scale: AxisScale): void {
  if (scale === 'linear') return;
  for (let index = 0; index < points.count; index++) points.ys[index] = toDrawn(scale, points.ys[index] ?? NaN);
}

/** The heights of all that is drawn between the ends of the x axis, with some air. */
function visibleY(strokes: readonly Stroke[], x: Range): Range {
  let min = Infinity;
  let max = -Infinity;
  for (const { points } of strokes) {
    for (let index = 0; index < points.count; index++) {
      const at = points.xs[index] ?? NaN;
      const y = points.ys[index] ?? NaN;
      if (at < x.min || at > x.max || Number.isNaN(y)) continue;
      if (y < min) min = y;
      if (y > max) max = y;
    }
  }
  return min > max ? { min: 0, max: 1 } : padded({ min, max }, 0.04);
}
