import { linesText } from '../../src/core/foreignText.js';
import type { Theme } from '../theme.js';

/**
 * A text as it may stand between tags and in attributes; characters that XML forbids, and those that would turn a text
 * round or not be seen, become `�`.
 */
export function escapeXml(text: string): string {
  return linesText(text.toWellFormed())
    .replaceAll(forbiddenInXml, '�')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** XML 1.0 allows of the control characters only tab, line feed and carriage return, and not two of the rest. */
const forbiddenInXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** What an attribute may be given; null leaves it out. */
export type Attributes = Readonly<Record<string, string | number | null>>;

/** An element of a picture; `children` are elements already, or nothing. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escapeXml(value ?? '')}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** A line of text. */
export function text(content: string, attributes: Attributes): string {
  return element('text', attributes, escapeXml(content));
}

export interface LegendItem {
  readonly name: string;
  readonly color: string;
  /** As in `stroke-dasharray`; a line without is drawn through. */
  readonly dash?: string;
}

export interface FrameOptions {
  readonly title: string;
  /** Says which runs and settings are shown: a picture travels without its panel. */
  readonly subtitle?: string;
  readonly legend?: readonly LegendItem[];
  /** Of the drawing, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
}

const margin = 16;

/**
 * A picture that stands by itself: background, title, subtitle and legend in the theme's colours above `body`, whose
 * origin is the upper left corner of the drawing.
 */
export function svgFrame(options: FrameOptions, ...body: readonly string[]): string {
  const { title, subtitle, legend = [], width, height, theme } = options;
  const line = theme.fontSize * 1.5;
  const rows = legendRows({ legend, width, theme });
  const above = margin + line * (1 + (subtitle === undefined ? 0 : 1) + rows.length) + margin / 2;
  const size = { width: width + 2 * margin, height: height + above + margin };
  const head = [
    element('title', {}, escapeXml(title)),
    element('rect', { ...size, fill: theme.background }),
    text(title, { x: margin, y: margin + theme.fontSize, 'font-weight': 600, 'font-size': theme.fontSize + 2 }),
    ...(subtitle === undefined
      ? []
      : [text(subtitle, { x: margin, y: margin + line + theme.fontSize, fill: theme.muted })]),
    ...rows.flatMap((row, index) => {
      const y = above - margin / 2 - line * (rows.length - index) + theme.fontSize;
      return row.flatMap(({ item, x }) => [
        element('line', {
          x1: margin + x,
          x2: margin + x + swatch,
          y1: y - theme.fontSize / 3,
          y2: y - theme.fontSize / 3,
          stroke: item.color,
          'stroke-width': 3,
          'stroke-dasharray': item.dash ?? null,
        }),
        text(item.name, { x: margin + x + swatch + 6, y }),
      ]);
    }),
  ];
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      ...size,
      viewBox: `0 0 ${short(size.width)} ${short(size.height)}`,
      'font-family': theme.fontFamily,
      'font-size': theme.fontSize,
      fill: theme.foreground,
    },
    ...head,
    element('g', { transform: `translate(${margin} ${short(above)})` }, ...body),
  );
}

const swatch = 18;

/** Legend items side by side, as many in a row as the picture has room for. */
function legendRows({ legend, width, theme }: { legend: readonly LegendItem[]; width: number; theme: Theme }) {
  const rows: { item: LegendItem; x: number }[][] = [];
  let x = Infinity;
  for (const item of legend) {
    const needs = swatch + 6 + item.name.length * theme.fontSize * 0.56 + 16;
    if (x + needs > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ item, x });
    x += needs;
  }
  return rows;
}

/** A coordinate with as many digits as an eye can use. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
