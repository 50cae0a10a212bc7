import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce, npmInstall } from './installOnce.js';

const codeServerVersion = '4.139.1';
/** code-server runs on this version of Node only; the project itself runs on older ones too. */
const nodeVersion = '24';

export interface CodeServerInstall {
  /** The Node that runs it. */
  readonly node: string;
  /** Its script. */
  readonly entry: string;
}

/**
 * code-server, which is VS Code served to a browser, from the npm registry: for machines that cannot download VS Code.
 * It is kept out of the project's own dependencies, since only tests and `npm start` want it.
 */
export function installCodeServer(): CodeServerInstall {
  const folder = installOnce(`code-server-${codeServerVersion}`, (draft) => {
    console.log(`Installing code-server ${codeServerVersion} into .vscode-test …`);
    // Native modules would have to be compiled; what they are for (terminals, file search) is not used here.
    npmInstall(draft, [`code-server@${codeServerVersion}`], ['--ignore-scripts']);
    npmInstall(join(draft, 'node_modules/code-server/lib/vscode'), [], ['--omit=dev', '--ignore-scripts']);
  });
  const nodeFolder = installOnce(`node-${nodeVersion}`, (draft) => {
    console.log(`Installing Node ${nodeVersion} for it …`);
    // The binary is put in its place by the package's install script.
    npmInstall(draft, [`node@${nodeVersion}`], ['--ignore-scripts=false']);
  });
  const node = join(nodeFolder, 'node_modules/node/bin/node');
  const entry = join(folder, 'node_modules/code-server/out/node/entry.js');
  for (const file of [node, entry]) {
    if (!existsSync(file)) throw new Error(`${file} is missing. Delete .vscode-test and try again.`);
  }
  return { node, entry };
}
