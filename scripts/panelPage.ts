import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatProblem, problemOf } from '../src/core/problem.js';

import { runFolder } from '../src/run/folder.js';
import { withRun } from '../src/run/openedRun.js';
import { requestStop } from '../src/run/stop.js';
import { PanelServer, type HostCommand } from '../src/serve/panelServer.js';
import { PanelPage } from './panelPage/panelPage.js';

/**
 * The panel in any browser, without an editor, on real run folders. What is exported goes to --save; a run can be
 * stopped, all else that only an editor can do is printed.
 *   node out/scripts/panelPage.js RUNDIR... [--theme dark|light|hc|hcLight] [--port N] [--save DIR]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    theme: { type: 'string', default: 'dark' },
    port: { type: 'string', default: '0' },
    save: { type: 'string', default: 'out/saved' },
  },
});

async function obey(command: HostCommand): Promise<void> {
  if (command.command === 'save') {
    await mkdir(values.save, { recursive: true });
    await writeFile(join(values.save, command.name), command.bytes);
    console.log(`saved ${join(values.save, command.name)}`);
  } else if (command.command === 'stop') await withRun(runFolder(command.run), requestStop);
  else console.log(`${command.command} ${command.run}`);
}

const page = await PanelPage.open({
  host: (post) =>
    new PanelServer({
      open: positionals.map((path) => resolve(path)),
      post,
      mayRun: true,
      onCommand: (command) => {
        obey(command).catch((error: unknown) => console.error(formatProblem(problemOf(error))));
      },
      onProblem: (problem) => console.error(formatProblem(problem)),
    }),
  port: Number(values.port),
});
console.log(`${page.url}?theme=${values.theme}`);
