import type { Theme } from '../theme.js';
import { element, short, text } from './svg.js';
import { drawText } from '../shownText.js';

/** What a drawing is made of, in CSS pixels: painted on a canvas and written into a picture alike. */
export type Shape =
  | {
      readonly kind: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly color: string;
      /** 0 to 1. */
      readonly opacity: number;
      /** Whether only its edge is drawn. */
      readonly isFrame: boolean;
    }
  | {
      readonly kind: 'line';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly color: string;
      readonly width: number;
      /** Lengths of dash and gap; none for a line that is drawn through. */
      readonly dash: readonly number[];
      /** 0 to 1; 1 where it is left out. */
      readonly opacity?: number;
    }
  | {
      readonly kind: 'text';
      readonly content: string;
      readonly x: number;
      /** Of the middle of the line. */
      readonly y: number;
      readonly color: string;
      readonly anchor: 'start' | 'middle' | 'end';
      /** Of the letters; that of the drawing where it is left out. */
      readonly size?: number;
      readonly weight?: 'normal' | 'bold';
      /** Whether the line runs downward. */
      readonly isUpright?: boolean;
    }
  /** Many rectangles of one size and one colour. */
  | {
      readonly kind: 'tiles';
      /** Left and top of each, one after another. */
      readonly places: readonly number[];
      readonly width: number;
      readonly height: number;
      readonly color: string;
    }
  | {
      readonly kind: 'image';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** As many pixels as it is large, for each CSS pixel `scale` of them. */
      readonly pixels: (scale: number) => ImageData;
    }
  /** A line through points, [count] each; a y of NaN breaks it. Drawn at `x.factor · xs + x.offset`, and so for y. */
  | {
      readonly kind: 'curve';
      readonly xs: Float64Array;
      readonly ys: Float64Array;
      readonly count: number;
      readonly x: Linear;
      readonly y: Linear;
      readonly color: string;
      readonly width: number;
      readonly dash: readonly number[];
      readonly opacity: number;
      /** Whether every point has a dot; one that stands alone always has. */
      readonly isDotted: boolean;
    };

/** y = factor · x + offset. */
export interface Linear {
  readonly factor: number;
  readonly offset: number;
}

type ShapeOf<K extends Shape['kind']> = Extract<Shape, { kind: K }>;
type Font = Pick<Theme, 'fontFamily'> & { readonly size: number };

/** A line of one pixel that is drawn through, unless it says otherwise. */
export function line(of: Omit<ShapeOf<'line'>, 'kind' | 'width' | 'dash'> & Partial<ShapeOf<'line'>>): Shape {
  return { width: 1, dash: [], ...of, kind: 'line' };
}

export function label(content: string, at: Omit<ShapeOf<'text'>, 'kind' | 'content'>): Shape {
  return { kind: 'text', content, ...at };
}

/** The size of letters in drawings that are read closely, in CSS pixels. */
export function smallFont({ fontSize }: Theme): number {
  return Math.max(9, Math.round(0.85 * fontSize));
}

/** Gives a canvas the size of a drawing, in CSS pixels, and paints it anew, as sharp as the screen is. */
export function paintOn(
  canvas: HTMLCanvasElement,
  { width, height, shapes, font }: { width: number; height: number; shapes: readonly Shape[]; font: Font },
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const scale = window.devicePixelRatio;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  paintShapes(context, shapes, font);
}

const aligned = { start: 'left', middle: 'center', end: 'right' } as const;

/** Paints shapes on a canvas that was cleared. Its transform may scale, and move. */
export function paintShapes(context: CanvasRenderingContext2D, shapes: readonly Shape[], font: Font): void {
  context.textBaseline = 'middle';
  let written = '';
  for (const shape of shapes) {
    switch (shape.kind) {
      case 'rect': {
        const { x, y, width, height, color, opacity, isFrame } = shape;
        context.globalAlpha = opacity;
        if (isFrame) {
          context.strokeStyle = color;
          context.lineWidth = 1;
          context.setLineDash([]);
          context.strokeRect(x + 0.5, y + 0.5, Math.max(0, width - 1), Math.max(0, height - 1));
        } else {
          context.fillStyle = color;
          context.fillRect(x, y, width, height);
        }
        context.globalAlpha = 1;
        break;
      }
      case 'line':
        context.globalAlpha = shape.opacity ?? 1;
        context.strokeStyle = shape.color;
        context.lineWidth = shape.width;
        context.setLineDash([...shape.dash]);
        context.beginPath();
        context.moveTo(shape.x1, shape.y1);
        context.lineTo(shape.x2, shape.y2);
        context.stroke();
        context.globalAlpha = 1;
        break;
      case 'text': {
        const { size = font.size, weight = 'normal' } = shape;
        const wanted = `${weight} ${size}px ${font.fontFamily}`;
        // To set a font takes longer than to write a number.
        if (written !== wanted) context.font = written = wanted;
        context.fillStyle = shape.color;
        context.textAlign = aligned[shape.anchor];
        writeText(context, shape);
        break;
      }
      case 'tiles':
        context.fillStyle = shape.color;
        for (let at = 0; at < shape.places.length; at += 2)
          context.fillRect(shape.places[at] ?? NaN, shape.places[at + 1] ?? NaN, shape.width, shape.height);
        break;
      case 'image': {
        const { a: scale, e, f } = context.getTransform();
        context.putImageData(shape.pixels(scale), Math.round(e + shape.x * scale), Math.round(f + shape.y * scale));
        break;
      }
      case 'curve':
        paintCurve(context, shape);
        break;
    }
  }
}

function writeText(context: CanvasRenderingContext2D, { content, x, y, isUpright }: ShapeOf<'text'>): void {
  if (isUpright !== true) {
    drawText(context, content, { x, y });
    return;
  }
  context.save();
  context.translate(x, y);
  context.rotate(Math.PI / 2);
  drawText(context, content, { x: 0, y: 0 });
  context.restore();
}

function paintCurve(context: CanvasRenderingContext2D, curve: ShapeOf<'curve'>): void {
  const { xs, ys, count, x, y } = curve;
  context.strokeStyle = context.fillStyle = curve.color;
  context.globalAlpha = curve.opacity;
  context.lineWidth = curve.width;
  context.lineJoin = 'bevel';
  context.setLineDash([...curve.dash]);
  context.beginPath();
  let isLifted = true;
  for (let index = 0; index < count; index++) {
    const value = ys[index] ?? NaN;
    if (Number.isNaN(value)) {
      isLifted = true;
      continue;
    }
    const [left, top] = [x.factor * (xs[index] ?? NaN) + x.offset, y.factor * value + y.offset];
    if (isLifted) context.moveTo(left, top);
    else context.lineTo(left, top);
    isLifted = false;
  }
  context.stroke();
  for (const { left, top } of dotsOf(curve)) {
    context.beginPath();
    context.arc(left, top, dotRadius(curve), 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** The points of a curve that are dots: all of them, or those without a neighbour. */
function dotsOf({ xs, ys, count, x, y, isDotted }: ShapeOf<'curve'>): { left: number; top: number }[] {
  const isThere = (index: number): boolean => index >= 0 && index < count && !Number.isNaN(ys[index] ?? NaN);
  const dots: { left: number; top: number }[] = [];
  for (let index = 0; index < count; index++) {
    if (!isThere(index) || (!isDotted && (isThere(index - 1) || isThere(index + 1)))) continue;
    dots.push({ left: x.factor * (xs[index] ?? NaN) + x.offset, top: y.factor * (ys[index] ?? NaN) + y.offset });
  }
  return dots;
}

function dotRadius({ width }: ShapeOf<'curve'>): number {
  return Math.max(width, 1.25) * 1.25;
}

/** Pixels of a saved picture for one of its own. */
const savedScale = 2;

/** The same shapes as elements of an SVG. */
export function shapeElements(shapes: readonly Shape[], font: Pick<Font, 'size'>): string[] {
  return shapes.flatMap((shape) => {
    switch (shape.kind) {
      case 'rect': {
        const { x, y, width, height, color, opacity, isFrame } = shape;
        const paint = isFrame
          ? { fill: 'none', stroke: color, 'stroke-opacity': opacity }
          : { fill: color, 'fill-opacity': opacity };
        return element('rect', { x, y, width, height, ...paint });
      }
      case 'line': {
        const { x1, y1, x2, y2, color: stroke, width, dash, opacity } = shape;
        return element('line', { ...{ x1, y1, x2, y2, stroke }, ...strokeOf({ width, dash, opacity }) });
      }
      case 'text': {
        const { content, x, y, color, anchor, size = font.size, weight, isUpright } = shape;
        const middle = size * 0.35;
        const place =
          isUpright === true ? { transform: `translate(${x - middle} ${y}) rotate(90)` } : { x, y: y + middle };
        const look = { fill: color, 'text-anchor': anchor, 'font-size': size, 'font-weight': weight ?? null };
        return text(content, { ...place, ...look });
      }
      case 'tiles': {
        const { places, width, height, color } = shape;
        const outline = `h${short(width)}v${short(height)}h${short(-width)}z`;
        const paths = places.flatMap((left, at) =>
          at % 2 === 0 ? [`M${short(left)} ${short(places[at + 1] ?? NaN)}${outline}`] : [],
        );
        return element('path', { fill: color, d: paths.join('') });
      }
      case 'image': {
        const { x, y, width, height, pixels } = shape;
        const href = urlOf(pixels(savedScale));
        return element('image', { ...{ href, x, y, width, height }, 'image-rendering': 'pixelated' });
      }
      case 'curve': {
        const { color, width, dash, opacity } = shape;
        const stroke = { ...strokeOf({ width, dash, opacity }), 'stroke-linejoin': 'bevel' };
        return [
          element('path', { d: pathOf(shape), fill: 'none', stroke: color, ...stroke }),
          ...dotsOf(shape).map(({ left, top }) =>
            element('circle', { cx: left, cy: top, r: dotRadius(shape), fill: color, opacity: partly(opacity) }),
          ),
        ];
      }
    }
  });
}

function strokeOf({
  width,
  dash,
  opacity = 1,
}: {
  width: number;
  dash: readonly number[];
  opacity?: number | undefined;
}) {
  const dashes = dash.length === 0 ? null : dash.join(' ');
  return { 'stroke-width': width, 'stroke-dasharray': dashes, opacity: partly(opacity) };
}

function partly(opacity: number): number | null {
  return opacity === 1 ? null : opacity;
}

function pathOf({ xs, ys, count, x, y }: ShapeOf<'curve'>): string {
  const path: string[] = [];
  let command = 'M';
  for (let index = 0; index < count; index++) {
    const value = ys[index] ?? NaN;
    if (Number.isNaN(value)) {
      command = 'M';
      continue;
    }
    const left = x.factor * (xs[index] ?? NaN) + x.offset;
    path.push(`${command}${left.toFixed(1)} ${(y.factor * value + y.offset).toFixed(1)}`);
    command = 'L';
  }
  return path.join('');
}

/** Pixels as a PNG in a data URL. */
export function urlOf(pixels: ImageData): string {
  const canvas = document.createElement('canvas');
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  return canvas.toDataURL('image/png');
}
