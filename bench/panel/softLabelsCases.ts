import { writePair } from '../../test/webview/softLabels/storedPair.js';
import { framesOf, type Figures, type PanelBench, type PanelCase } from './panelCase.js';

/** The temperature slider over a whole test set, with the examples in the order that it changes at every frame. */
export const softLabelsCases: readonly PanelCase[] = [{ name: 'soft labels of 10,000 × 10', measure }];

async function measure(bench: PanelBench): Promise<Figures[]> {
  const { path } = await writePair(bench.folder, { n: 10_000, classes: 10 });
  const page = await bench.open([path]);
  await page.getByRole('tab', { name: 'Soft labels' }).click();
  await page.getByRole('combobox', { name: 'Order' }).click();
  await page.getByRole('option', { name: 'by KL' }).click();
  const { script, frame } = await framesOf(page, {
    on: '.sl-temperature input[type=range]',
    kind: 'slide',
    frames: 240,
  });
  await page.close();
  return [
    { what: 'slider: script a frame', times: script, bound: { milliseconds: 16, of: 'all' } },
    { what: 'slider: frame', times: frame, bound: { milliseconds: 16, of: 'all' } },
  ];
}
