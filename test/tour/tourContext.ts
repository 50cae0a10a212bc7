import type { CodeServer } from '../../scripts/editor/codeServer.js';
import type { ConsoleWatch } from './consoleWatch.js';
import type { Pictures } from './pictures.js';
import type { Workbench } from './workbench.js';

/** What every journey is given. */
export interface TourContext {
  readonly server: CodeServer;
  readonly workbench: Workbench;
  readonly watch: ConsoleWatch;
  readonly pictures: Pictures;
  /** The folder that is open in the window. */
  readonly workspace: string;
  /** Looks at the sample's runs, which take minutes, instead of short ones. */
  readonly thorough: boolean;
}
