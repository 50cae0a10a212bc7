import type { Ordering } from '../parts/classOrder/classOrder.js';
import type { BarScale } from './oneExample/comparison.js';
import type { DarkMeasure } from '../sums/darkKnowledge.js';
import type { ClassOrder } from './oneExample/distribution.js';
import { noFilter, type ExampleFilter } from './exampleList/exampleFilter.js';

/** How the soft labels are looked at. */
export interface SoftLabelsSettings {
  readonly filter: ExampleFilter;
  readonly withBaseline: boolean;
  readonly order: ClassOrder;
  readonly scale: BarScale;
  /** Whether the matrices show what each class gives to itself. */
  readonly diagonal: boolean;
  readonly measure: DarkMeasure;
  /** In which order the classes stand in them. */
  readonly ordering: Ordering;
  /** How much matrices of many classes are magnified: 1 shows all of them. */
  readonly zoom: number;
  /** Which parts of the view are shown as tables. */
  readonly examplesTable: boolean;
  readonly comparisonTable: boolean;
  readonly calibrationTable: boolean;
  readonly darkTable: boolean;
}

const initialSettings: SoftLabelsSettings = {
  filter: noFilter,
  withBaseline: false,
  order: 'probability',
  scale: 'whole',
  diagonal: false,
  measure: 'softLabels',
  ordering: 'index',
  zoom: 1,
  examplesTable: false,
  comparisonTable: false,
  calibrationTable: false,
  darkTable: false,
};

/** What the view keeps while another view or another run is looked at. */
export class SoftLabelsMemory {
  settings = initialSettings;
}

/** What every part of the view is given of it. */
export interface SettingsProps {
  readonly settings: SoftLabelsSettings;
  readonly onSettings: (change: Partial<SoftLabelsSettings>) => void;
}
