import { csvText, type Cell } from '../../export/csv.js';
import { smallFont } from '../../export/shapes.js';
import { element, svgFrame, text } from '../../export/svg.js';
import type { Theme } from '../../theme.js';
import type { CalibratedColumn } from './calibratedColumn.js';
import { scoreLines } from './calibrationWords.js';
import { diagramSize, reliabilityShapes } from './reliability.js';
import { atTemperature } from '../temperature.js';
import { shapeElements } from '../../export/shapeElements.js';

/**
 * Every bin of every column at the slider's temperature, a line each; then what sums the column up, at that temperature
 * and, under the plain names, at T = 1. Empty where nothing was computed yet.
 */
export function calibrationCsv(columns: readonly CalibratedColumn[]): string {
  const header = [
    'temperature',
    'model',
    'confidence above',
    'confidence to',
    'examples',
    'mean confidence',
    'accuracy',
  ];
  const scores = ['calibration error', 'log loss', 'Brier score'];
  const named = scores.map((score) => `${score} at this temperature`);
  return csvText({ header: [...header, ...named, ...scores], rows: binsOf(columns) });
}

function* binsOf(columns: readonly CalibratedColumn[]): Iterable<Cell[]> {
  for (const { role, temperature, atTemperature: calibration, atOne } of columns) {
    const figures = [calibration, atOne].flatMap((of) => [of?.error ?? null, of?.logLoss ?? null, of?.brier ?? null]);
    for (const { low, high, count, confidence, accuracy } of calibration.bins) {
      yield [temperature, role, low, high, count, confidence, accuracy, ...figures];
    }
  }
}

const gap = 32;

/** The diagrams side by side as a standalone picture. */
export function calibrationSvg(
  calibrated: readonly CalibratedColumn[],
  { theme, name }: { theme: Theme; name: string },
): string {
  const [first] = calibrated;
  if (first === undefined) return svgFrame({ title: 'Calibration: not computed yet', width: 400, height: 1, theme });
  const { width, height } = diagramSize;
  const size = smallFont(theme);
  const line = theme.fontSize * 1.4;
  const words = scoreLines(first.temperature);
  const above = line * (1.4 + words.length);
  const body = calibrated.map((column, at) =>
    element(
      'g',
      { transform: `translate(${at * (width + gap)} 0)` },
      text(column.role, { x: 0, y: theme.fontSize, 'font-weight': 600, fill: theme.party[column.role] }),
      ...words.map(({ name: what, of }, index) =>
        text(`${what} ${of(column)}`, { x: 0, y: theme.fontSize + line * (index + 1) }),
      ),
      element(
        'g',
        { transform: `translate(0 ${above})` },
        ...shapeElements(reliabilityShapes(column.atTemperature, { role: column.role, theme }), { size }),
      ),
    ),
  );
  return svgFrame(
    {
      title: `Calibration ${atTemperature(first.temperature)}`,
      subtitle: `${name}: accuracy (bars) and mean confidence (lines) by confidence; examples beneath, square root`,
      width: Math.max(480, calibrated.length * (width + gap) - gap),
      height: above + height,
      theme,
    },
    ...body,
  );
}
