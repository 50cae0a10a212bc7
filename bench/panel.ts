import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { confusionCases } from './panel/confusionCases.js';
import { curvesCases } from './panel/curvesCases.js';
import { PanelBrowser } from './panel/panelBrowser.js';
import { broken, quantile, type PanelCase } from './panel/panelCase.js';
import { pauseCases } from './panel/pauseCases.js';
import { softLabelsCases } from './panel/softLabelsCases.js';

/**
 * How long the panel takes, in a real Chromium:
 *   npm run bench:panel [-- --check] [-- --only PART OF A NAME]
 */
const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
const cases: readonly PanelCase[] = [...curvesCases, ...softLabelsCases, ...confusionCases, ...pauseCases];
const wanted = cases.filter(({ name }) => name.includes(values.only));
if (wanted.length === 0) throw new Error(`No case has "${values.only}" in its name.`);

const folder = await mkdtemp(join(tmpdir(), 'distillery-bench-'));
const browser = await PanelBrowser.launch();
const failures: string[] = [];
try {
  console.log('| case | what | median | 95 % | promised |\n| --- | --- | --- | --- | --- |');
  for (const { name, measure } of wanted) {
    for (const figures of await measure({ folder, open: (runs) => browser.open(runs) })) {
      const { what, times, bound } = figures;
      const [median, high] = [0.5, 0.95].map((share) => `${quantile(times, share).toFixed(1)} ms`);
      const promise = bound === null ? '' : `< ${bound.milliseconds} ms`;
      console.log(`| ${name} | ${what} | ${median ?? ''} | ${high ?? ''} | ${promise} |`);
      failures.push(...broken(name, figures));
    }
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
for (const failure of failures) console.log(failure);
if (values.check && failures.length > 0) process.exitCode = 1;
