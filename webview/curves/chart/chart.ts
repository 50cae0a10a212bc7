import uPlot from 'uplot';
import type { Theme } from '../../theme.js';
import { mixed } from '../runs/color.js';
import { endLabelShapes, endLabelSize, sceneShapes, type EndLabel } from './sceneShapes.js';
import type { Range } from '../scene/range.js';
import type { Scene } from '../scene/scene.js';
import { xTicks, yTicks, type Tick } from './ticks.js';
import { paintShapes } from '../../export/paintShapes.js';

/** A stretch of the plotting area, in CSS pixels from its left or its top. */
export interface Stretch {
  readonly axis: 'x' | 'y';
  readonly from: number;
  readonly to: number;
}

/** Width of the margin for names at the ends of lines, where there is room for it. */
export const labelMargin = 116;
const roomForLabels = 560;

/**
 * One chart: uPlot lays out axes, grid, cursor and selection; the lines come from a scene and are drawn into its
 * plotting area. uPlot's own data is a single empty series: it would look through a million values at every frame.
 */
export class Chart {
  readonly #plot: uPlot;
  readonly #hasAxes: boolean;
  #scene: Scene | null = null;
  /** With axes and margins, in CSS pixels. uPlot asks for margins before it is there to be asked. */
  #outerWidth = 100;
  #labels: readonly EndLabel[] = [];
  #theme: Theme;
  #ticks: Record<'x' | 'y', readonly Tick[]> = { x: [], y: [] };

  constructor(parent: HTMLElement, { axes, theme }: { axes: boolean; theme: Theme }) {
    this.#hasAxes = axes;
    this.#theme = theme;
    this.#plot = new uPlot(
      this.#options(),
      [
        [0, 1],
        [null, null],
      ],
      parent,
    );
  }

  /** The plotting area. */
  get over(): HTMLElement {
    return this.#plot.over;
  }

  /** Width and height of the plotting area in CSS pixels. */
  get width(): number {
    return this.#plot.bbox.width / uPlot.pxRatio;
  }

  get height(): number {
    return this.#plot.bbox.height / uPlot.pxRatio;
  }

  get scene(): Scene | null {
    return this.#scene;
  }

  get labels(): readonly EndLabel[] {
    return this.#labels;
  }

  /** Whether names are written beside the lines: there are some, and there is room. */
  get hasLabels(): boolean {
    return this.#hasAxes && this.#outerWidth >= roomForLabels && this.#labels.length > 0;
  }

  /** Marks of an axis as they were last drawn. */
  ticks(axis: 'x' | 'y'): readonly Tick[] {
    return this.#ticks[axis];
  }

  resize({ width, height }: { width: number; height: number }): void {
    if (width === this.#outerWidth && height === this.#plot.height) return;
    this.#outerWidth = width;
    this.#plot.setSize({ width, height });
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
  }

  /** Draws a scene at once, in the frame that is being made. */
  show(scene: Scene, labels: readonly EndLabel[]): void {
    const hadLabels = this.hasLabels;
    this.#scene = scene;
    this.#labels = labels;
    // The margin is laid out anew with the size only.
    if (this.hasLabels !== hadLabels) this.#plot.setSize({ width: this.#outerWidth, height: this.#plot.height });
    this.#plot.batch(() => {
      this.#plot.setScale('x', { ...scene.x });
      this.#plot.setScale('y', { ...scene.y });
    });
  }

  /** Puts the hairline at an x, or takes it away. */
  setCursor(x: number | null): void {
    const left = x === null ? -10 : this.pixelOf('x', x);
    const isInside = left >= 0 && left <= this.width;
    this.#plot.setCursor({ left: isInside ? left : -10, top: isInside ? 0 : -10 }, false);
  }

  /** Marks a stretch that a person draws up; null takes it away. */
  setSelection(stretch: Stretch | null): void {
    const all = { left: 0, top: 0, width: this.width, height: this.height };
    if (stretch === null) {
      this.#plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      return;
    }
    const start = Math.min(stretch.from, stretch.to);
    const size = Math.abs(stretch.to - stretch.from);
    this.#plot.setSelect(
      stretch.axis === 'x' ? { ...all, left: start, width: size } : { ...all, top: start, height: size },
      false,
    );
  }

  /** The value (in drawn units) at a pixel of the plotting area, by the scene that is shown. */
  valueAt(axis: 'x' | 'y', pixel: number): number {
    const range = this.#range(axis);
    const share = axis === 'x' ? pixel / this.width : 1 - pixel / this.height;
    return range.min + share * (range.max - range.min);
  }

  pixelOf(axis: 'x' | 'y', value: number): number {
    const range = this.#range(axis);
    const share = (value - range.min) / (range.max - range.min);
    return axis === 'x' ? share * this.width : (1 - share) * this.height;
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #range(axis: 'x' | 'y'): Range {
    return this.#scene?.[axis] ?? { min: 0, max: 1 };
  }

  #options(): uPlot.Options {
    const noListener = (): null => null;
    return {
      width: this.#outerWidth,
      height: 60,
      padding: this.#hasAxes ? [8, () => (this.hasLabels ? labelMargin : 12), 0, 0] : [2, 1, 2, 1],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false, setScale: false },
        bind: {
          mousedown: noListener,
          mouseup: noListener,
          click: noListener,
          dblclick: noListener,
          mousemove: noListener,
          mouseleave: noListener,
          mouseenter: noListener,
        },
      },
      scales: {
        x: { time: false, range: () => [this.#range('x').min, this.#range('x').max] },
        y: { range: () => [this.#range('y').min, this.#range('y').max] },
      },
      series: [{}, { auto: false, paths: () => null, points: { show: false } }],
      axes: [this.#axis('x'), this.#axis('y')],
      hooks: { draw: [(plot) => this.#draw(plot)] },
    };
  }

  #axis(axis: 'x' | 'y'): uPlot.Axis {
    const line = (): string => mixed(this.#theme.background, this.#theme.foreground, 0.12);
    return {
      show: this.#hasAxes,
      size: axis === 'x' ? 26 : 56,
      gap: 4,
      stroke: () => this.#theme.muted,
      font: `${endLabelSize(this.#theme)}px ${this.#theme.fontFamily}`,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1, size: 4 },
      splits: (_plot, _index, min, max) => {
        this.#ticks[axis] = this.#makeTicks(axis, { min, max });
        return this.#ticks[axis].map(({ at }) => at);
      },
      values: () => this.#ticks[axis].map(({ label }) => label),
    };
  }

  #makeTicks(axis: 'x' | 'y', range: Range): Tick[] {
    if (this.#scene === null) return [];
    return axis === 'x'
      ? xTicks(this.#scene.xUnit, range, Math.max(2, Math.floor(this.width / 80)))
      : yTicks(this.#scene.scale, range, Math.max(2, Math.floor(this.height / 36)));
  }

  #draw(plot: uPlot): void {
    if (this.#scene === null) return;
    const { ctx: context, bbox } = plot;
    const size = { width: this.width, height: this.height };
    const font = { size: endLabelSize(this.#theme), fontFamily: this.#theme.fontFamily };
    context.save();
    context.translate(bbox.left, bbox.top);
    context.scale(uPlot.pxRatio, uPlot.pxRatio);
    if (this.hasLabels) {
      paintShapes(context, endLabelShapes(this.#labels, { scene: this.#scene, plot: size, size: font.size }), font);
    }
    context.beginPath();
    context.rect(0, 0, size.width, size.height);
    context.clip();
    paintShapes(context, sceneShapes(this.#scene, size), font);
    context.restore();
  }
}
