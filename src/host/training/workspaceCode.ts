import { sep } from 'node:path';
import * as vscode from 'vscode';
import { tensorflowNear } from '../../machine/packages/nearPackages.js';
import { tensorflowEnvironment, workspaceEnvironment } from '../../machine/packages/tensorflowPlaces.js';
import { TrustedPackages } from '../../machine/packages/trustedPackages.js';

/**
 * What processes that may compute find in their environment: where the extension installs TensorFlow, the folder of the
 * settings, and packages near an experiment. These may be loaded where they lie in a folder of a workspace that is
 * trusted, or where the person has trusted them on the command line.
 */
export async function computeEnvironment(
  near: readonly string[],
  { installed, chosen }: { installed: string; chosen: string },
): Promise<Readonly<Record<string, string>>> {
  const own = tensorflowEnvironment({ installed, chosen });
  if (chosen !== '') return own;
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const known = new TrustedPackages(process.env);
  const trusted: string[] = [];
  const untrusted: string[] = [];
  for (const each of await tensorflowNear(near)) {
    const isInside = folders.some((folder) => each.found.startsWith(folder + sep));
    const mayLoad = (vscode.workspace.isTrusted && isInside) || (await known.isTrusted(each)) === 'yes';
    (mayLoad ? trusted : untrusted).push(each.folder);
  }
  return { ...own, ...workspaceEnvironment({ trusted, untrusted }) };
}
