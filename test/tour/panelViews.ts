export interface PanelView {
  readonly name: string;
  /** The title of its tab. */
  readonly tab: string;
  /** What is there once it is drawn. */
  readonly drawn: string;
}

/** The panel's views. */
export const panelViews: readonly PanelView[] = [
  { name: 'curves', tab: 'Curves', drawn: '.curves-large canvas' },
  { name: 'soft-labels', tab: 'Soft labels', drawn: '.sl-bar-number' },
  { name: 'confusion', tab: 'Confusion', drawn: 'figure.matrix' },
  { name: 'details', tab: 'Details', drawn: 'th:text("run.json")' },
];
