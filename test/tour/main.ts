import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromiumFor, launchChromium } from '../../scripts/editor/chromium.js';
import { CodeServer } from '../../scripts/editor/codeServer.js';
import { installCodeServer } from '../../scripts/editor/codeServerInstall.js';
import { packagedExtension } from '../../scripts/editor/packagedExtension.js';
import { ConsoleWatch } from './consoleWatch.js';
import { everyLook } from './everyLook.js';
import { failing } from './failing.js';
import { firstMinutes } from './firstMinutes.js';
import { type Tally, travel } from './journey.js';
import { lifeOfARun } from './lifeOfARun.js';
import { newExperiment } from './newExperiment.js';
import { Pictures } from './pictures.js';
import { temperatureMap } from './temperatureMap.js';
import { threeViews } from './threeViews.js';
import type { TourContext } from './tourContext.js';
import { Workbench } from './workbench.js';

/**
 * `npm run tour [-- --out DIR] [--readme] [--only PART]`: goes through the packaged extension as a person would, in
 * code-server and a headless browser, and leaves its pictures in DIR. With --readme it looks at the sample's runs, which
 * takes minutes, and copies the three pictures that README shows.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'out/tour/pictures' },
    readme: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const home = mkdtempSync(join(tmpdir(), 'distillery-tour-'));
const workspace = join(home, 'workspace');
mkdirSync(workspace);
let server: CodeServer | null = null;

async function tour(chromium: string): Promise<boolean> {
  server = await CodeServer.start({ install: installCodeServer(), vsix: packagedExtension() });
  const browser = await launchChromium(chromium);
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const watch = new ConsoleWatch(page);
    const workbench = new Workbench(page);
    const pictures = new Pictures(page, resolve(values.out));
    await workbench.open(server.urlOf(workspace));
    const context: TourContext = { server, workbench, watch, pictures, workspace, thorough: values.readme };
    for (const journey of [firstMinutes, lifeOfARun, threeViews, everyLook, temperatureMap, newExperiment, failing]) {
      const { title, steps } = journey(context);
      if (!title.includes(values.only)) continue;
      await travel(
        { title, steps },
        {
          tally,
          onFailure: async (step) => {
            await pictures.take(`failed-${step.replaceAll(/\W+/g, '-')}`);
            // What lies over the window would be in the way of all that follows.
            await workbench.closeDialog();
          },
        },
      );
    }
    if (values.readme && tally.failed === 0) await pictures.copyForReadme();
    console.log(`\n  Pictures: ${pictures.folder}`);
  } finally {
    await browser.close();
  }
  console.log(`\n  ${tally.passed} passing`);
  if (tally.failed > 0) console.log(`  ${tally.failed} failing`);
  if (tally.skipped > 0) console.log(`  ${tally.skipped} pending`);
  return tally.failed === 0;
}

async function end(): Promise<void> {
  await server?.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    void end().finally(() => process.exit(1));
  });
}
try {
  const chromium = chromiumFor('the packaged extension as a person uses it');
  if (chromium !== null && !(await tour(chromium))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
} finally {
  await end();
}
