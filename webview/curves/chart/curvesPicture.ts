import { element, svgFrame, text } from '../../export/svg.js';
import type { Theme } from '../../theme.js';
import { type Chart, labelMargin } from './chart.js';
import { mixed } from '../runs/color.js';
import { linear } from './paint.js';
import type { Scene, SceneRun, Stroke } from '../scene/scene.js';

const axisWidth = 56;
const axisHeight = 40;

/** The large chart as it stands, as a vector picture with a legend. */
export function curvesPicture({
  scene,
  chart,
  runs,
  theme,
}: {
  scene: Scene;
  chart: Chart;
  runs: readonly SceneRun[];
  theme: Theme;
}): string {
  const { width, height } = chart;
  const x = linear(scene.x, axisWidth, axisWidth + width);
  const y = linear(scene.y, height, 0);
  const grid = mixed(theme.background, theme.foreground, 0.12);
  const right = axisWidth + width;
  const marks = [
    ...chart.ticks('x').flatMap(({ at, label }) => {
      const left = x.factor * at + x.offset;
      return [
        element('line', { x1: left, x2: left, y1: 0, y2: height, stroke: grid }),
        text(label, { x: left, y: height + theme.fontSize + 6, 'text-anchor': 'middle', fill: theme.muted }),
      ];
    }),
    ...chart.ticks('y').flatMap(({ at, label }) => {
      const top = y.factor * at + y.offset;
      return [
        element('line', { x1: axisWidth, x2: right, y1: top, y2: top, stroke: grid }),
        text(label, { x: axisWidth - 6, y: top + theme.fontSize / 3, 'text-anchor': 'end', fill: theme.muted }),
      ];
    }),
    text(scene.xUnit, {
      x: axisWidth + width / 2,
      y: height + 2.2 * theme.fontSize + 6,
      'text-anchor': 'middle',
      fill: theme.muted,
    }),
  ];
  const clip = element('clipPath', { id: 'plot' }, element('rect', { x: axisWidth, y: 0, width, height }));
  const lines = scene.strokes.map((stroke) => lineOf(stroke, { x, y }));
  const names = chart.hasLabels
    ? chart.labels.map((label) =>
        text(label.text, { x: right + 6, y: y.factor * label.y + y.offset + 4, fill: label.color }),
      )
    : [];
  return svgFrame(
    {
      title: scene.subject.title,
      subtitle: `by ${scene.xUnit}${scene.scale === 'log' ? ', logarithmic' : ''}; ${scene.subject.key ?? 'thin: train, thick: test'}`,
      legend: runs.map(({ shown }) => ({
        name: shown.label,
        color: shown.color,
        ...(shown.dash.length === 0 ? {} : { dash: shown.dash.join(' ') }),
      })),
      width: right + (chart.hasLabels ? labelMargin : 12),
      height: height + axisHeight,
      theme,
    },
    clip,
    ...marks,
    element('g', { 'clip-path': 'url(#plot)' }, ...lines),
    ...names,
  );
}

interface Axes {
  readonly x: { readonly factor: number; readonly offset: number };
  readonly y: { readonly factor: number; readonly offset: number };
}

function lineOf({ points, color, width, dash, opacity }: Stroke, { x, y }: Axes): string {
  const path: string[] = [];
  let command = 'M';
  for (let index = 0; index < points.count; index++) {
    const value = points.ys[index] ?? NaN;
    if (Number.isNaN(value)) {
      command = 'M';
      continue;
    }
    const left = x.factor * (points.xs[index] ?? NaN) + x.offset;
    path.push(`${command}${left.toFixed(1)} ${(y.factor * value + y.offset).toFixed(1)}`);
    command = 'L';
  }
  return element('path', {
    d: path.join(''),
    fill: 'none',
    stroke: color,
    'stroke-width': width,
    'stroke-linejoin': 'bevel',
    'stroke-dasharray': dash.length === 0 ? null : dash.join(' '),
    opacity: opacity === 1 ? null : opacity,
  });
}
