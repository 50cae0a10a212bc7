import { writeManyClasses } from '../../test/run/manyClasses.js';
import type { Figures, PanelBench, PanelCase } from './panelCase.js';

const attempts = 5;

/** The confusion view with as many classes as ImageNet has, from the answers of both models to what is on screen. */
export const confusionCases: readonly PanelCase[] = [{ name: 'confusion of 50,000 × 1,000', measure }];

async function measure(bench: PanelBench): Promise<Figures[]> {
  const path = await writeManyClasses(bench.folder, { examples: 50_000, classes: 1_000 });
  const counted: number[] = [];
  const drawn: number[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const page = await bench.open([path]);
    await page.getByRole('tab', { name: 'Confusion' }).click();
    // The answers are four hundred megabytes: what their way into the page takes is not counted.
    await page.waitForFunction(() => performance.getEntriesByName('confusion painted').length > 0, null, {
      timeout: 120_000,
    });
    const times = await page.evaluate(() => {
      const counts = performance.getEntriesByName('confusion counted');
      const latest = Math.max(...counts.map(({ startTime }) => startTime));
      const [painted] = performance.getEntriesByName('confusion painted');
      return {
        models: counts.length,
        counted: counts.reduce((sum, { duration }) => sum + duration, 0),
        drawn: (painted?.startTime ?? NaN) - latest,
      };
    });
    if (times.models !== 2) throw new Error(`${times.models} models were counted instead of 2.`);
    counted.push(times.counted);
    drawn.push(times.drawn);
    await page.close();
  }
  return [
    { what: 'two models counted', times: counted, bound: null },
    // The first model was counted while the answers of the second were on their way.
    { what: 'from the last answers to the screen', times: drawn, bound: { milliseconds: 200, of: 'median' } },
  ];
}
