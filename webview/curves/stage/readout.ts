import { clock, count, none } from '../../../src/core/words.js';
import { assertNever } from '../../../src/core/problem.js';
import type { CurveName } from '../../curveData.js';
import { metricsOf } from '../metrics.js';
import { nearest, type XUnit } from '../scene/positions.js';
import { stepsPerEpochOf, type Scene, type SceneRun } from '../scene/scene.js';

/** The values of one run where the cursor stands. */
export interface Reading {
  readonly label: string;
  readonly color: string;
  readonly text: string;
}

/** How long nothing may change before it is read aloud, in milliseconds. */
const quiet = 500;
/** Of more runs than this the values follow a few times a second: as text they would take their share of every frame. */
const fewRuns = 12;
const pause = 80;

/** What every run has at x; null: at its end. @param smoothing as the curves are drawn with */
export function readingsAt(
  x: number | null,
  runs: readonly SceneRun[],
  { scene, smoothing }: { scene: Scene; smoothing: number },
): Reading[] {
  // A level that this chart does not draw has nothing to be read.
  const drawn = runs.filter(({ shown }) => !shown.isLevel || scene.subject.level);
  return drawn.map((run) => ({
    label: run.shown.shortLabel,
    color: run.shown.color,
    text: [...trainValue(x, run, { scene, smoothing }), ...epochValues(x, run, scene)].join(' · ') || none,
  }));
}

function trainValue(
  x: number | null,
  run: SceneRun,
  { scene, smoothing }: { scene: Scene; smoothing: number },
): string[] {
  const { column, otherwise, format, beside = [] } = scene.subject;
  if (column === null || run.shown.isLevel) return [];
  const pyramidOf = (name: CurveName) => run.curves.pyramid({ name, smoothing, positiveOnly: false });
  const pyramid = pyramidOf(column) ?? (otherwise === null ? null : pyramidOf(otherwise));
  const positions = run.curves.positions(scene.xUnit, { stepsPerEpoch: stepsPerEpochOf(run) });
  if (pyramid === null || positions === null) return [];
  const index = x === null ? positions.length - 1 : nearest(positions, x);
  const isPast = x !== null && x - positions.at(positions.length - 1) > 0.01 * (scene.x.max - scene.x.min);
  const value = pyramid.values[index];
  if (value === undefined || isPast) return [none];
  const others = beside.flatMap(({ word, column, format }) => {
    const other = pyramidOf(column)?.values[index];
    return other === undefined ? [] : [`${word} ${format(other)}`];
  });
  return [format(value), ...others];
}

function epochValues(x: number | null, run: SceneRun, { subject, xUnit }: Scene): string[] {
  const epochs = run.shown.data.epochs.filter(
    (epoch) =>
      x === null || run.shown.isLevel || { step: epoch.step, epoch: epoch.epoch, time: epoch.seconds }[xUnit] <= x,
  );
  const latest = epochs.at(-1);
  if (latest === undefined || (run.shown.isLevel && !subject.level)) return [];
  return subject.epochParts.flatMap((part) => {
    const metrics = metricsOf(latest, part);
    const value = metrics === undefined ? undefined : subject.ofEpoch(metrics);
    return value === undefined ? [] : [`${part} ${subject.format(value)}`];
  });
}

/** `step 4,310`, `epoch 2.13`, `1:02:05`. */
export function placeWords(unit: XUnit, x: number): string {
  switch (unit) {
    case 'step':
      return `step ${count(x)}`;
    case 'epoch':
      return `epoch ${x.toFixed(2)}`;
    case 'time':
      return x < 60 ? `${x.toFixed(2)} s` : clock(x);
    default:
      return assertNever(unit);
  }
}

/**
 * The line under the chart. It changes with every move of the pointer, so its elements are kept and only their text is
 * replaced; what is read aloud waits until the cursor rests.
 */
export class ReadoutLine {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pausing: ReturnType<typeof setTimeout> | undefined;
  /** What is to be shown after the pause. */
  #next: (() => void) | null = null;

  constructor(
    private readonly line: HTMLElement,
    private readonly spoken: HTMLElement,
  ) {}

  /**
   * @param compute what stands there; of many runs not computed each time
   * @param isMoved by a person, who wants to hear it
   */
  follow(
    compute: () => { place: string; readings: readonly Reading[] },
    { runs, isMoved }: { runs: number; isMoved: boolean },
  ): void {
    const show = (): void => {
      const { place, readings } = compute();
      this.show(place, readings, { isMoved });
    };
    if (this.#pausing !== undefined) {
      this.#next = show;
      return;
    }
    show();
    if (runs > fewRuns) this.#pause();
  }

  show(place: string, readings: readonly Reading[], { isMoved }: { isMoved: boolean }): void {
    while (this.line.children.length > readings.length + 1) this.line.lastElementChild?.remove();
    while (this.line.children.length < readings.length + 1) this.line.append(emptyItem(this.line.children.length > 0));
    const [head, ...items] = this.line.children;
    setText(head, place);
    for (const [index, { label, color, text }] of readings.entries()) {
      const [swatch, name, value] = items[index]?.children ?? [];
      if (swatch instanceof HTMLElement && swatch.style.background !== color) swatch.style.background = color;
      setText(name, label);
      setText(value, text);
    }
    if (isMoved) this.#speak(`${place}. ${readings.map(({ label, text }) => `${label}: ${text}`).join('. ')}`);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#pausing);
  }

  #pause(): void {
    this.#pausing = setTimeout(() => {
      this.#pausing = undefined;
      const next = this.#next;
      if (next === null) return;
      this.#next = null;
      next();
      this.#pause();
    }, pause);
  }

  #speak(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => setText(this.spoken, text), quiet);
  }
}

function emptyItem(isRun: boolean): HTMLElement {
  const item = document.createElement('span');
  item.className = isRun ? 'curves-reading' : 'curves-place';
  if (isRun) {
    for (const name of ['curves-swatch', 'curves-reading-name', 'curves-reading-value']) {
      const part = document.createElement('span');
      part.className = name;
      item.append(part);
    }
  }
  return item;
}

function setText(element: Element | undefined, text: string): void {
  if (element !== undefined && element.textContent !== text) element.textContent = text;
}
