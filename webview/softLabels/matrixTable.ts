import { cellNumber, strengthOf, type DarkKnowledge, type DarkMatrix } from './darkKnowledge.js';
import { step, type CellPlace, type MatrixPicture, type MatrixPictureOptions } from './matrixPicture.js';

/** A matrix with a number in every cell: a table whose texts and colours change while it stays. */
export class MatrixTable implements MatrixPicture {
  readonly element = document.createElement('table');
  readonly #cells: HTMLTableCellElement[] = [];
  #at: CellPlace = { truth: 0, label: 0 };

  constructor(private readonly options: MatrixPictureOptions) {
    const { classes, nameOf } = options;
    this.element.className = 'sl-matrix';
    const labels = Array.from({ length: classes }, (_, label) => label);
    const head = this.element.createTHead().insertRow();
    head.append(document.createElement('td'), ...labels.map((label) => headerCell('col', nameOf(label))));
    const body = this.element.createTBody();
    for (const truth of labels) {
      const row = body.insertRow();
      row.append(headerCell('row', nameOf(truth)));
      for (const label of labels) {
        const cell = row.insertCell();
        cell.tabIndex = truth === 0 && label === 0 ? 0 : -1;
        cell.addEventListener('focus', () => this.#point({ truth, label }));
        cell.addEventListener('pointerenter', () => options.onPoint({ truth, label }));
        this.#cells.push(cell);
      }
    }
    this.element.addEventListener('keydown', (event) => {
      const to = step(event.key, this.#at, classes);
      if (to === null) return;
      event.preventDefault();
      this.#cells[to.truth * classes + to.label]?.focus();
    });
  }

  draw(dark: DarkKnowledge, matrix: DarkMatrix): void {
    const isDifference = matrix.kind === 'difference';
    this.element.setAttribute('aria-label', isDifference ? 'difference' : `mean soft labels of the ${matrix.kind}`);
    this.#cells.forEach((cell, place) => {
      const value = matrix.values[place] ?? NaN;
      const text = cellNumber(dark, matrix, place);
      if (cell.textContent !== text) cell.textContent = text;
      const strength = strengthOf(dark, matrix, place);
      cell.style.setProperty('--strength', `${(70 * strength).toFixed(1)}%`);
      cell.className = isDifference ? (value < 0 ? 'sl-less' : 'sl-more') : matrix.kind;
    });
  }

  #point(place: CellPlace): void {
    const { classes } = this.options;
    this.#cells[this.#at.truth * classes + this.#at.label]?.setAttribute('tabindex', '-1');
    this.#cells[place.truth * classes + place.label]?.setAttribute('tabindex', '0');
    this.#at = place;
    this.options.onPoint(place);
  }
}

function headerCell(scope: 'row' | 'col', name: string): HTMLTableCellElement {
  const cell = document.createElement('th');
  cell.scope = scope;
  cell.title = name;
  const text = document.createElement('span');
  text.textContent = name;
  cell.append(text);
  return cell;
}
