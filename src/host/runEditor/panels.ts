import { trainStudents } from '../training/trainStudents.js';
import type { ExperimentRuns } from '../training/experimentRuns.js';
import { ComparePanels } from './comparePanel.js';
import { PanelFactory, type PanelFactoryOptions } from './panelFactory.js';
import { RunEditor } from './runEditor.js';
import { RunPanels } from './runPanels.js';

/** The ways in which runs are shown in a panel. */
export interface Panels {
  readonly runs: RunPanels;
  readonly comparisons: ComparePanels;
  readonly editor: RunEditor;
}

/** Builds what shows runs. What a panel asks to train is run as an experiment; one that is watched is shown as it begins. */
export function buildPanels({
  experiments,
  ...options
}: Omit<PanelFactoryOptions, 'train'> & { readonly experiments: ExperimentRuns }): Panels {
  const factory = new PanelFactory({ ...options, train: (asked) => trainStudents(asked, experiments) });
  const comparisons = new ComparePanels(factory);
  const panels = new RunPanels(comparisons, factory);
  experiments.on('watched', (path, beside) => {
    if (beside !== null) panels.add(path, { beside });
    else
      panels.open(path, { preserveFocus: true, preview: false }).catch((error: unknown) => options.report.show(error));
  });
  return { runs: panels, comparisons, editor: new RunEditor(factory) };
}
