import { label, line, type Shape } from '../../export/shapes.js';
import { element, svgFrame } from '../../export/svg.js';
import type { Theme } from '../../theme.js';
import { type Chart, labelMargin } from './chart.js';
import { mixed } from '../runs/color.js';
import { endLabelShapes, linear, sceneShapes } from './sceneShapes.js';
import type { Scene, SceneRun } from '../scene/scene.js';
import { shapeElements } from '../../export/shapeElements.js';

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
  const plot = { width: chart.width, height: chart.height };
  const { width, height } = plot;
  const font = { size: theme.fontSize };
  const names = chart.hasLabels ? endLabelShapes(chart.labels, { scene, plot, ...font }) : [];
  return svgFrame(
    {
      title: scene.subject.title,
      subtitle: `by ${scene.xUnit}${scene.scale === 'log' ? ', logarithmic' : ''}; ${scene.subject.key ?? 'thin: train, thick: test'}`,
      legend: runs.map(({ shown }) => ({
        name: shown.label,
        color: shown.color,
        ...(shown.dash.length === 0 ? {} : { dash: shown.dash.join(' ') }),
      })),
      width: axisWidth + width + (chart.hasLabels ? labelMargin : 12),
      height: height + axisHeight,
      theme,
    },
    element('clipPath', { id: 'plot' }, element('rect', { x: 0, y: 0, width, height })),
    element(
      'g',
      { transform: `translate(${axisWidth} 0)` },
      ...shapeElements([...axisShapes(chart, { scene, theme }), ...names], font),
      element('g', { 'clip-path': 'url(#plot)' }, ...shapeElements(sceneShapes(scene, plot), font)),
    ),
  );
}

/** The grid, and what it stands for: on the page uPlot draws them. */
function axisShapes(chart: Chart, { scene, theme }: { scene: Scene; theme: Theme }): Shape[] {
  const { width, height } = chart;
  const { fontSize, muted: color } = theme;
  const x = linear(scene.x, 0, width);
  const y = linear(scene.y, height, 0);
  const grid = mixed(theme.background, theme.foreground, 0.12);
  return [
    ...chart.ticks('x').flatMap(({ at, label: text }) => {
      const left = x.factor * at + x.offset;
      return [
        line({ x1: left, x2: left, y1: 0, y2: height, color: grid }),
        label(text, { x: left, y: height + 0.65 * fontSize + 6, color, anchor: 'middle' }),
      ];
    }),
    ...chart.ticks('y').flatMap(({ at, label: text }) => {
      const top = y.factor * at + y.offset;
      return [
        line({ x1: 0, x2: width, y1: top, y2: top, color: grid }),
        label(text, { x: -6, y: top, color, anchor: 'end' }),
      ];
    }),
    label(scene.xUnit, { x: width / 2, y: height + 1.85 * fontSize + 6, color, anchor: 'middle' }),
  ];
}
