import { dotRadius, dotsOf, type Font, type Shape, type ShapeOf } from './shapes.js';
import { element, short, text } from './svg.js';

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
