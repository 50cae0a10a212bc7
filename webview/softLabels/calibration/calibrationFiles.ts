import { csvText, type Cell } from '../../export/csv.js';
import { shapeElements } from '../../export/shapes.js';
import { element, svgFrame, text } from '../../export/svg.js';
import type { Theme } from '../../theme.js';
import { calibrationLines } from './calibrationWords.js';
import { calibratedColumns, type Overall } from '../overall.js';
import { diagramFont, diagramSize, reliabilityShapes } from './reliability.js';
import { temperatureText } from '../temperature.js';

/** Every bin of every column, a line each; then what sums the column up. Empty where nothing was computed yet. */
export function calibrationCsv(overall: Overall | null): string {
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
  return csvText({ header: [...header, ...scores], rows: overall === null ? [] : binsOf(overall) });
}

function* binsOf(overall: Overall): Iterable<Cell[]> {
  for (const { role, calibration } of calibratedColumns(overall)) {
    const { error, logLoss, brier } = calibration;
    for (const { low, high, count, confidence, accuracy } of calibration.bins) {
      yield [overall.temperature, role, low, high, count, confidence, accuracy, error, logLoss, brier];
    }
  }
}

const gap = 32;

/** The diagrams side by side as a standalone picture. */
export function calibrationSvg(overall: Overall | null, { theme, name }: { theme: Theme; name: string }): string {
  if (overall === null) return svgFrame({ title: 'Calibration: not computed yet', width: 400, height: 1, theme });
  const columns = calibratedColumns(overall);
  const { width, height } = diagramSize;
  const size = diagramFont(theme);
  const line = theme.fontSize * 1.4;
  const words = calibrationLines.slice(0, 3);
  const above = line * (1.4 + words.length);
  const body = columns.map(({ role, calibration }, at) =>
    element(
      'g',
      { transform: `translate(${at * (width + gap)} 0)` },
      text(role, { x: 0, y: theme.fontSize, 'font-weight': 600, fill: theme.party[role] }),
      ...words.map(({ name: what, of }, index) =>
        text(`${what} ${of(calibration)}`, { x: 0, y: theme.fontSize + line * (index + 1) }),
      ),
      element(
        'g',
        { transform: `translate(0 ${above})` },
        ...shapeElements(reliabilityShapes(calibration, { role, theme }), { size }),
      ),
    ),
  );
  return svgFrame(
    {
      title: `Calibration at T ${temperatureText(overall.temperature)}`,
      subtitle: `${name}: share right (bars) and mean confidence (lines) by confidence; examples beneath, square root`,
      width: Math.max(480, columns.length * (width + gap) - gap),
      height: above + height,
      theme,
    },
    ...body,
  );
}
