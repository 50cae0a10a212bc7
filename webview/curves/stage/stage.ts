import { counted } from '../../../src/core/words.js';
import type { RunKey } from '../../../src/panel/protocol.js';
import type { PanelStore } from '../../store.js';
import type { Theme } from '../../theme.js';
import { Chart, type Stretch } from '../chart/chart.js';
import { endLabels } from '../chart/endLabels.js';
import { attachGestures, type GestureTarget } from './gestures.js';
import type { ChartName } from '../metrics.js';
import { PaintMarks } from './paintMarks.js';
import { between, moved, zoomed, type Range } from '../scene/range.js';
import { placeWords, ReadoutLine, readingsAt } from './readout.js';
import { RunCurves } from '../scene/runCurves.js';
import { SceneBuilder, wholeX, type Scene, type SceneRun } from '../scene/scene.js';
import type { CurveSettings } from '../settings.js';
import { shownRuns } from '../runs/shownRun.js';
import type { Viewport } from './viewport.js';

/** Where the stage draws. */
export interface StageElements {
  /** Has the focus and takes the keys. */
  readonly frame: HTMLElement;
  /** The large chart first. */
  readonly charts: readonly HTMLElement[];
  readonly readout: HTMLElement;
  readonly spoken: HTMLElement;
  readonly notice: HTMLElement;
}

export interface StageOptions {
  readonly theme: Theme;
  readonly settings: CurveSettings;
  /** What was zoomed to before, if anything. */
  readonly viewport: Viewport;
  readonly onZoom: (isZoomed: boolean) => void;
}

/**
 * Points spent on all curves of a chart together: more would not be seen. While the chart moves under a person's hand,
 * no more than fit into a frame.
 */
const budgets = { large: 12_000, moving: 6_000, small: 4_000 };
/** How long nothing may move before the chart is drawn with all its points again, in milliseconds. */
const restAfter = 120;

interface Slot {
  readonly chart: Chart;
  readonly builder: SceneBuilder;
  readonly element: HTMLElement;
  isStale: boolean;
}

/**
 * Draws the charts. Everything that happens at every step or every move of the pointer goes from the store to the
 * canvas through here, past Preact, which only knows settings.
 */
export class CurvesStage implements GestureTarget {
  readonly #slots: readonly Slot[];
  readonly #viewport: Viewport;
  readonly #readout: ReadoutLine;
  readonly #marks = new PaintMarks();
  readonly #curves = new Map<RunKey, RunCurves>();
  readonly #ends: (() => void)[];
  readonly #onZoom: (isZoomed: boolean) => void;
  #theme: Theme;
  #settings: CurveSettings;
  #selected: RunKey | null = null;
  #runs: readonly SceneRun[] = [];
  #cursor: number | null = null;
  #frame = 0;
  /** Runs while the chart moves. */
  #moving: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: PanelStore,
    private readonly elements: StageElements,
    { theme, settings, viewport, onZoom }: StageOptions,
  ) {
    this.#settings = settings;
    this.#theme = theme;
    this.#viewport = viewport;
    this.#onZoom = onZoom;
    this.#slots = elements.charts.map((element, place) => ({
      chart: new Chart(element, { axes: place === 0, theme }),
      builder: new SceneBuilder(),
      element,
      isStale: true,
    }));
    this.#readout = new ReadoutLine(elements.readout, elements.spoken);
    const observer = new ResizeObserver(() => this.#resize());
    for (const element of elements.charts) observer.observe(element);
    const refresh = (): void => this.#refresh();
    this.#ends = [
      () => observer.disconnect(),
      attachGestures(this.#large.chart.over, elements.frame, this),
      ...(['runs', 'status', 'epochs'] as const).map((topic) => store.subscribe(topic, refresh)),
      store.subscribe('steps', () => this.#invalidate()),
    ];
    this.#refresh();
  }

  /** Takes new settings; what was zoomed to stays as far as it still means the same. */
  configure(settings: CurveSettings, { theme, selected }: { theme: Theme; selected: RunKey | null }): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#selected = selected;
    this.#theme = theme;
    for (const { chart } of this.#slots) chart.setTheme(theme);
    if (before.x !== settings.x) this.reset();
    if (before.y !== settings.y || before.answers !== settings.answers) this.#viewport.resetY();
    this.#refresh();
  }

  /** The large chart as it stands, with the runs in it; null before it was drawn. */
  picture(): { scene: Scene; chart: Chart; runs: readonly SceneRun[] } | null {
    const { chart } = this.#large;
    return chart.scene === null ? null : { scene: chart.scene, chart, runs: this.#runs };
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#moving);
    for (const end of this.#ends) end();
    for (const { chart } of this.#slots) chart.destroy();
    this.#readout.dispose();
    this.#marks.close();
  }

  point(left: number | null): void {
    this.#moveCursor(left === null ? null : this.#large.chart.valueAt('x', left));
  }

  mark(stretch: Stretch | null): void {
    this.#large.chart.setSelection(stretch);
  }

  zoomTo({ axis, from, to }: Stretch): void {
    const { chart } = this.#large;
    this.#zoom(axis, between(chart.valueAt(axis, from), chart.valueAt(axis, to)));
  }

  zoomAbout(axis: 'x' | 'y', at: number | null, factor: number): void {
    const { chart } = this.#large;
    const { scene } = chart;
    if (scene === null) return;
    const range = scene[axis];
    const cursor = axis === 'x' ? this.#cursor : null;
    const about = at === null ? (cursor ?? (range.min + range.max) / 2) : chart.valueAt(axis, at);
    this.#zoom(axis, zoomed(range, { about, factor }));
  }

  pan({ left, top }: { left: number; top: number }): void {
    const { chart } = this.#large;
    const { scene } = chart;
    if (scene === null) return;
    this.#zoom('x', moved(scene.x, (-left * (scene.x.max - scene.x.min)) / chart.width));
    if (this.#viewport.y(scene.name) !== null)
      this.#zoom('y', moved(scene.y, (top * (scene.y.max - scene.y.min)) / chart.height));
  }

  reset(): void {
    this.#viewport.reset();
    this.#invalidate();
  }

  step(by: number): void {
    const xs = this.#cursorPoints();
    if (xs.length === 0) return;
    const { scene } = this.#large.chart;
    const from = this.#cursor ?? scene?.x.max ?? 0;
    const after = xs.findIndex((x) => x >= from);
    const here = after < 0 ? xs.length : after;
    const isOnPoint = xs[here] === from;
    const target = by > 0 && !isOnPoint ? here + by - 1 : here + by;
    const x = xs[Math.max(0, Math.min(xs.length - 1, target))];
    if (x !== undefined) this.#moveCursor(x);
    this.#follow();
  }

  jump(to: 'first' | 'last'): void {
    const { scene } = this.#large.chart;
    if (scene === null) return;
    const xs = this.#cursorPoints().filter((x) => x >= scene.x.min && x <= scene.x.max);
    const x = to === 'first' ? xs[0] : xs.at(-1);
    if (x !== undefined) this.#moveCursor(x);
  }

  get #large(): Slot {
    const [large] = this.#slots;
    if (large === undefined) throw new Error('a stage has a large chart');
    return large;
  }

  #zoom(axis: 'x' | 'y', range: Range): void {
    const { scene } = this.#large.chart;
    if (scene === null) return;
    if (axis === 'x') this.#viewport.setX(range, wholeX(this.#runs, this.#settings.x));
    else this.#viewport.setY(scene.name, range);
    this.#invalidate();
    clearTimeout(this.#moving);
    this.#moving = setTimeout(() => {
      this.#moving = undefined;
      this.#large.isStale = true;
      this.#schedule();
    }, restAfter);
  }

  /** Where the cursor can stand: the points of the selected run's curve, or else of the first that has one. */
  #cursorPoints(): number[] {
    const strokes = this.#large.chart.scene?.strokes.filter(({ kind }) => kind === 'main' || kind === 'epochs') ?? [];
    const stroke = strokes.find(({ run }) => run === this.#selected) ?? strokes[0];
    if (stroke === undefined) return [];
    const { xs, ys, count } = stroke.points;
    return [...xs.subarray(0, count)].filter((_, index) => !Number.isNaN(ys[index]));
  }

  /** Moves the visible stretch along with a cursor that left it. */
  #follow(): void {
    const { scene } = this.#large.chart;
    if (scene === null || this.#cursor === null) return;
    const { min, max } = scene.x;
    if (this.#cursor < min) this.#zoom('x', moved(scene.x, this.#cursor - min - 0.1 * (max - min)));
    if (this.#cursor > max) this.#zoom('x', moved(scene.x, this.#cursor - max + 0.1 * (max - min)));
  }

  #moveCursor(x: number | null): void {
    this.#cursor = x;
    for (const { chart } of this.#slots) chart.setCursor(x);
    this.#showReadout({ isMoved: x !== null });
  }

  #showReadout({ isMoved }: { isMoved: boolean }): void {
    const { scene } = this.#large.chart;
    if (scene === null) return;
    const runs = this.#runs;
    const { smoothing } = this.#settings;
    this.#readout.follow(
      () => ({
        place: this.#cursor === null ? 'latest' : placeWords(scene.xUnit, this.#cursor),
        readings: readingsAt(this.#cursor, runs, { scene, smoothing }),
      }),
      { runs: runs.length, isMoved },
    );
  }

  /** Runs, their names or their epochs changed. */
  #refresh(): void {
    const all = shownRuns(this.store.runs, { selected: this.#selected, theme: this.#theme });
    const visible = all.filter(({ data }) => !this.#settings.hidden.has(data.run.key));
    const isLevelOnly = visible.every(({ isLevel }) => isLevel);
    this.#runs = visible.map((shown) => ({
      shown: isLevelOnly ? { ...shown, isLevel: false } : shown,
      curves: this.#curvesOf(shown.data.run.key, shown.data.curves),
    }));
    for (const key of this.#curves.keys()) if (this.store.run(key) === undefined) this.#curves.delete(key);
    this.#invalidate();
  }

  #curvesOf(key: RunKey, source: RunCurves['curves']): RunCurves {
    const known = this.#curves.get(key);
    if (known?.curves === source) return known;
    const curves = new RunCurves(source);
    this.#curves.set(key, curves);
    return curves;
  }

  #invalidate(): void {
    for (const slot of this.#slots) slot.isStale = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #resize(): void {
    for (const slot of this.#slots) {
      const { clientWidth: width, clientHeight: height } = slot.element;
      if (width > 0 && height > 0) slot.chart.resize({ width, height });
    }
    this.#invalidate();
  }

  /** One chart a frame, the large one first: the small ones catch up when there is time. */
  #paint(): void {
    this.#frame = 0;
    const slot = this.#slots.find(({ isStale, element }) => isStale && element.clientWidth > 0);
    if (slot === undefined) return;
    slot.isStale = false;
    const name = this.#settings.order[this.#slots.indexOf(slot)];
    if (name !== undefined) this.#paintSlot(slot, name);
    if (slot === this.#large) this.#afterLarge();
    if (this.#slots.some(({ isStale }) => isStale)) this.#schedule();
  }

  #paintSlot(slot: Slot, name: ChartName): void {
    const { x: xUnit, y, smoothing, answers } = this.#settings;
    const isLarge = slot === this.#large;
    const scene = slot.builder.build(this.#runs, {
      name,
      answers,
      xUnit,
      scale: y[name],
      smoothing,
      x: this.#viewport.x(wholeX(this.#runs, xUnit)),
      y: isLarge ? this.#viewport.y(name) : null,
      pixels: Math.max(1, Math.round(slot.chart.width)),
      budget: budgets[!isLarge ? 'small' : this.#moving === undefined ? 'large' : 'moving'],
    });
    slot.chart.show(scene, isLarge ? endLabels(scene, this.#runs) : []);
    slot.chart.setCursor(this.#cursor);
    slot.element.classList.toggle(
      'is-empty',
      scene.strokes.every(({ points }) => points.count === 0),
    );
  }

  #afterLarge(): void {
    const leftOut = this.#large.chart.scene?.leftOut ?? 0;
    this.elements.notice.textContent = leftOut === 0 ? '' : `${counted(leftOut, 'value')} ≤ 0 not drawn: no logarithm.`;
    this.#showReadout({ isMoved: false });
    this.#onZoom(this.#viewport.isZoomed);
    this.#marks.note(
      this.#runs.map(({ shown }) => ({ run: shown.data.run.key, loggedAt: shown.data.curves.loggedAt })),
    );
  }
}
