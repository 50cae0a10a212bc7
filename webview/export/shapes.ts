import type { Theme } from '../theme.js';
import { element, text } from './svg.js';
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
    }
  | {
      readonly kind: 'text';
      readonly content: string;
      readonly x: number;
      /** Of the middle of the line. */
      readonly y: number;
      readonly color: string;
      readonly anchor: 'start' | 'middle' | 'end';
    };

type Font = Pick<Theme, 'fontFamily'> & { readonly size: number };

const aligned = { start: 'left', middle: 'center', end: 'right' } as const;

/** Paints shapes on a canvas that was cleared. */
export function paintShapes(context: CanvasRenderingContext2D, shapes: readonly Shape[], font: Font): void {
  context.font = `${font.size}px ${font.fontFamily}`;
  context.textBaseline = 'middle';
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
        context.strokeStyle = shape.color;
        context.lineWidth = shape.width;
        context.setLineDash([...shape.dash]);
        context.beginPath();
        context.moveTo(shape.x1, shape.y1);
        context.lineTo(shape.x2, shape.y2);
        context.stroke();
        break;
      case 'text':
        context.fillStyle = shape.color;
        context.textAlign = aligned[shape.anchor];
        drawText(context, shape.content, { x: shape.x, y: shape.y });
        break;
    }
  }
}

/** The same shapes as elements of an SVG. */
export function shapeElements(shapes: readonly Shape[], font: Pick<Font, 'size'>): string[] {
  return shapes.map((shape) => {
    switch (shape.kind) {
      case 'rect': {
        const { x, y, width, height, color, opacity, isFrame } = shape;
        const paint = isFrame
          ? { fill: 'none', stroke: color, 'stroke-opacity': opacity }
          : { fill: color, 'fill-opacity': opacity };
        return element('rect', { x, y, width, height, ...paint });
      }
      case 'line': {
        const { x1, y1, x2, y2, color, width, dash } = shape;
        const dashes = dash.length === 0 ? null : dash.join(' ');
        return element('line', { x1, y1, x2, y2, stroke: color, 'stroke-width': width, 'stroke-dasharray': dashes });
      }
      case 'text': {
        const { content, x, y, color, anchor } = shape;
        return text(content, {
          x,
          y: y + font.size * 0.35,
          fill: color,
          'text-anchor': anchor,
          'font-size': font.size,
        });
      }
    }
  });
}
