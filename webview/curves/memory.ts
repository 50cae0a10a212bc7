import { initialSettings, type CurveSettings } from './settings.js';
import { Viewport } from './stage/viewport.js';

/** What the curves keep while another view is looked at: settings, and what is zoomed to. */
export class CurvesMemory {
  settings: CurveSettings = initialSettings;
  readonly viewport = new Viewport();
}
