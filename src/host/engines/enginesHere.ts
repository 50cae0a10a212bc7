import { execFile } from 'node:child_process';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { engineReportSchema, type EngineReport } from '../../machine/engineReport.js';

/**
 * Asks the command line, in a process of its own: what a driver does wrong must not end the editor's.
 * @param script the built `dist/cli.js`
 * @param node what trainers run in: what loads there is what counts
 * @param environment what trainers find in theirs
 * @param folder of the workspace, where TensorFlow may be installed too: the environment says whether it may be loaded
 */
export function enginesHere({
  script,
  node,
  environment,
  folder,
}: {
  script: string;
  node: string;
  environment: Readonly<Record<string, string>>;
  folder: string | undefined;
}): Promise<readonly EngineReport[]> {
  const options = {
    env: { ...process.env, ...environment, ELECTRON_RUN_AS_NODE: '1' },
    windowsHide: true,
    ...(folder === undefined ? {} : { cwd: folder }),
  };
  return new Promise((resolve, reject) => {
    execFile(node, [script, 'engines', '--json'], options, (error, stdout) => {
      if (error === null) resolve(z.array(engineReportSchema).parse(JSON.parse(stdout)));
      else
        reject(
          new ProblemError({
            code: 'engines-unknown',
            message: `The engines could not be tried: ${error.message}`,
            fix: 'Check the setting `distillery.node`, which names the Node.js that trainers run in.',
          }),
        );
    });
  });
}
