import { longRunBegin, writeLongRun } from '../../test/run/longLog.js';
import { framesOf, paintedAfter, type Figures, type PanelBench, type PanelCase } from './panelCase.js';

const attempts = 5;
const frames = 240;
const plot = '.curves-large .u-over';

/** One run with a million steps, and fifty with a hundred thousand each. */
export const curvesCases: readonly PanelCase[] = [
  { name: '1 run of 1,000,000 steps', measure: (bench) => measure(bench, { runs: 1, steps: 1_000_000 }) },
  { name: '50 runs of 100,000 steps', measure: (bench) => measure(bench, { runs: 50, steps: 100_000 }) },
];

async function measure(bench: PanelBench, { runs, steps }: { runs: number; steps: number }): Promise<Figures[]> {
  const paths: string[] = [];
  for (let seed = 0; seed < runs; seed++)
    paths.push(await writeLongRun(bench.folder, { steps, stepsPerEpoch: steps / 20, seed }));
  const first: number[] = [];
  const all: number[] = [];
  const gestures: Figures[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const page = await bench.open(paths);
    first.push(await paintedAfter(page, { runs: 1, loggedAt: 1 }));
    all.push(await paintedAfter(page, { runs, loggedAt: longRunBegin + steps }));
    if (attempt === attempts - 1) {
      for (const kind of ['zoom', 'pan'] as const) {
        const { script, frame } = await framesOf(page, { on: plot, kind, frames });
        gestures.push(
          { what: `${kind}: script a frame`, times: script, bound: { milliseconds: 16, of: 'all' } },
          { what: `${kind}: frame`, times: frame, bound: { milliseconds: 16, of: 'all' } },
        );
      }
    }
    await page.close();
  }
  const bound = { milliseconds: 1_000, of: 'median' } as const;
  return [
    { what: 'first paint', times: first, bound },
    // Fifty logs are hundreds of megabytes of text: they are read one after the other, each drawn as it comes.
    { what: 'all steps painted', times: all, bound: runs === 1 ? bound : null },
    ...gestures,
  ];
}
