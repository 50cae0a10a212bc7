import type { RunKey } from '../../src/panel/protocol.js';
import type { Ordering } from '../parts/classOrder/classOrder.js';
import type { Gallery } from './gallery/gallery.js';
import { Judgements } from './judgements.js';
import type { Measure } from './matrix/matrix.js';

/** How the matrices are looked at. */
export interface ConfusionSettings {
  /** Subjects that a person chose; null: what suggests itself. They hold for the run they were chosen for. */
  readonly chosen: { readonly run: RunKey; readonly first: string; readonly second: string | null } | null;
  readonly measure: Measure;
  readonly ordering: Ordering;
  readonly dimDiagonal: boolean;
  readonly zoom: number;
  readonly table: boolean;
  /** The examples that are open below the matrices. */
  readonly gallery: Gallery | null;
}

const initialSettings: ConfusionSettings = {
  chosen: null,
  measure: 'count',
  ordering: 'index',
  dimDiagonal: true,
  zoom: 1,
  table: false,
  gallery: null,
};

/** What the view keeps while another is looked at. */
export class ConfusionMemory {
  settings = initialSettings;
  readonly judgements = new Judgements();
}
