import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PanelPage } from './panelPage/panelPage.js';
import { storedRuns } from './panelPage/storedRuns.js';

/**
 * The panel in any browser, without an editor, on real run folders:
 *   node out/scripts/panelPage.js RUNDIR... [--theme dark|light|hc|hcLight] [--port N]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { theme: { type: 'string', default: 'dark' }, port: { type: 'string', default: '0' } },
});
const folders = positionals.map((path) => resolve(path));
const page = await PanelPage.open({ host: (post) => storedRuns(folders, post), port: Number(values.port) });
console.log(`${page.url}?theme=${values.theme}`);
