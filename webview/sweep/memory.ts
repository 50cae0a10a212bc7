import { Trainings } from './trainings.js';

/** What the view keeps while another is looked at. */
export class SweepMemory {
  readonly trainings = new Trainings();
  isTable = false;
  /** Id of the map that was chosen; null for the largest. */
  map: string | null = null;
}
