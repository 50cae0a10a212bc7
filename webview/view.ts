import type { Connection } from './connection.js';
import type { LogitsCache } from './logitsCache.js';
import type { PictureCache } from './parts/examples/pictureCache.js';
import type { Selection } from './selection.js';
import type { PanelStore } from './store.js';
import type { Sums } from './sums/sums.js';
import type { TestResults } from './testResults.js';
import type { Theme } from './theme.js';

/** What every view is given. It keeps what only it cares for in its own state. */
export interface ViewProps {
  readonly store: PanelStore;
  readonly connection: Connection;
  readonly logits: LogitsCache;
  readonly sums: Sums;
  readonly pictures: PictureCache;
  readonly tests: TestResults;
  readonly selection: Selection;
  /** Changes what is looked at, also in another view: `select({ view: 'softLabels', example: 42 })`. */
  readonly select: (change: Partial<Selection>) => void;
  readonly theme: Theme;
}
