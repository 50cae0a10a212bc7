import * as vscode from 'vscode';
import * as z from 'zod';
import type { PanelFactory } from './panelFactory.js';
import { viewTypes } from '../viewTypes.js';

/** What the page saves of a panel, as far as it is needed to restore it. */
const savedSchema = z.object({
  opened: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.string()).min(1)),
});

/** Brings the panels that compare runs back after a reload. */
export class ComparePanels {
  constructor(private readonly factory: PanelFactory) {}

  async open(paths: readonly string[]): Promise<void> {
    const panel = vscode.window.createWebviewPanel(viewTypes.compare, 'Compare', vscode.ViewColumn.Active);
    await this.factory.fill(panel, { runs: paths });
  }

  /** @param state what the page had saved */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const opened = openedOf(state);
    if (opened === null) panel.dispose();
    else await this.factory.fill(panel, { runs: opened });
  }
}

function openedOf(state: unknown): readonly string[] | null {
  try {
    return savedSchema.parse(state).opened;
  } catch {
    return null;
  }
}
