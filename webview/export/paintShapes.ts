import { drawText } from '../shownText.js';
import { dotRadius, dotsOf, type Font, type Shape, type ShapeOf } from './shapes.js';

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
