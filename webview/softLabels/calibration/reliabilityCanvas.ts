import type { Calibration } from '../../../src/core/evaluation/calibration.js';
import type { Role } from '../../../src/core/spec/spec.js';
import { smallFont } from '../../export/shapes.js';
import type { Theme } from '../../theme.js';
import { binArea, binAt, diagramSize, reliabilityShapes } from './reliability.js';
import { paintOn } from '../../export/paintShapes.js';

/** A reliability diagram on the page, drawn anew at every frame; a bin is pointed at with the mouse or the arrow keys. */
export class ReliabilityCanvas {
  readonly element = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #cursor = document.createElement('span');
  #bins = 0;
  #at = 0;

  constructor(
    private readonly role: Role,
    private readonly onPoint: (bin: number) => void,
  ) {
    // It has its place before it is drawn.
    this.#canvas.style.width = `${diagramSize.width}px`;
    this.#canvas.style.height = `${diagramSize.height}px`;
    this.element.className = 'sl-reliability';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'application');
    this.element.setAttribute('aria-roledescription', 'chart');
    this.element.setAttribute('aria-label', `Reliability of the ${role}: arrow keys move, values are read below`);
    this.#cursor.className = 'sl-bin-cursor';
    this.#cursor.hidden = true;
    this.element.append(this.#canvas, this.#cursor);
    this.element.addEventListener('focus', () => this.#point(this.#at));
    this.element.addEventListener('keydown', (event) => {
      const to = destination(event.key, { at: this.#at, bins: this.#bins });
      if (to === null) return;
      event.preventDefault();
      this.#point(to);
    });
    this.#canvas.addEventListener('pointermove', (event) => {
      const box = this.#canvas.getBoundingClientRect();
      const bin = binAt((event.clientX - box.left) / box.width, this.#bins);
      if (bin !== null) this.#point(bin);
    });
  }

  draw(calibration: Calibration, theme: Theme): void {
    if (this.#bins === 0) this.#at = fullestOf(calibration);
    this.#bins = calibration.bins.length;
    const shapes = reliabilityShapes(calibration, { role: this.role, theme });
    paintOn(this.#canvas, { ...diagramSize, shapes, font: { size: smallFont(theme), fontFamily: theme.fontFamily } });
  }

  #point(bin: number): void {
    this.#at = bin;
    const { left, width } = binArea(bin, this.#bins);
    this.#cursor.hidden = false;
    this.#cursor.style.left = `${100 * left}%`;
    this.#cursor.style.width = `${100 * width}%`;
    this.onPoint(bin);
  }
}

/** The bin with the most examples: the first that the keyboard comes to. */
function fullestOf({ bins }: Calibration): number {
  return bins.reduce((fullest, { count }, bin) => (count > (bins[fullest]?.count ?? 0) ? bin : fullest), 0);
}

/** Where a key leads; null for one that leads nowhere. */
function destination(key: string, { at, bins }: { at: number; bins: number }): number | null {
  switch (key) {
    case 'ArrowRight':
      return Math.min(bins - 1, at + 1);
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return bins - 1;
    default:
      return null;
  }
}
