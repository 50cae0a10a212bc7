import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What TensorFlow for TensorFlow.js may be installed as, the one with CUDA first. */
export const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
export type TensorflowPackage = (typeof tensorflowPackages)[number];

/**
 * The environment variables by which whoever starts a trainer tells where TensorFlow lies: a folder that a person has
 * chosen, and the one that the editor installs into. Neither is part of a run: it may go on on another machine.
 */
export const tensorflowVariables = {
  chosen: 'DISTILLERY_TENSORFLOW',
  installed: 'DISTILLERY_TENSORFLOW_INSTALLED',
} as const;

/**
 * What a process that may compute finds in its environment, so that it looks where the editor would.
 * @param chosen a folder of the settings; empty for none
 */
export function tensorflowEnvironment({
  installed,
  chosen,
}: {
  installed: string;
  chosen: string;
}): Readonly<Record<string, string>> {
  return {
    [tensorflowVariables.installed]: installed,
    ...(chosen === '' ? {} : { [tensorflowVariables.chosen]: chosen }),
  };
}

/** Where the package is looked for. */
export interface TensorflowPlace {
  /** As a message names it: `the experiment’s folder`. */
  readonly name: string;
  readonly folder: string;
  /** Whether the folders above count too, as they do for what Node imports. */
  readonly above: boolean;
}

/**
 * The places, in the order in which they are looked at; a chosen one is the only one.
 * @param near folders of the workspace, by what they are called in a message
 * @param beside where Distillery's own code lies
 */
export function tensorflowPlaces({
  environment,
  near,
  beside,
}: {
  environment: Readonly<Record<string, string | undefined>>;
  near: Readonly<Record<string, string>>;
  beside: string;
}): TensorflowPlace[] {
  const chosen = environment[tensorflowVariables.chosen] ?? '';
  if (chosen !== '') return [{ name: 'the folder that was chosen', folder: chosen, above: false }];
  const installed = environment[tensorflowVariables.installed] ?? '';
  return [
    ...Object.entries(near).map(([name, folder]) => ({ name, folder, above: true })),
    ...(installed === '' ? [] : [{ name: 'the editor’s storage', folder: installed, above: false }]),
    { name: 'your own storage', folder: userTensorflowFolder(environment), above: false },
    { name: 'beside Distillery', folder: beside, above: true },
  ];
}

/** Where `distillery engines install tensorflow` puts it: a folder of the user, by the customs of the system. */
export function userTensorflowFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return join(dataFolder(environment), 'distillery', 'tensorflow');
}

function dataFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const home = homedir();
  switch (process.platform) {
    case 'win32':
      return environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local');
    case 'darwin':
      return join(home, 'Library', 'Application Support');
    default:
      // An empty value counts as none (XDG Base Directory Specification).
      return environment['XDG_DATA_HOME'] || join(home, '.local', 'share');
  }
}

/** The folders of a workspace from which a run's trainer looks: the experiment's, and where its runs are kept. */
export function workspaceFolders({
  experimentFile,
  runFolder,
}: {
  experimentFile: string | null;
  runFolder: string;
}): Record<string, string> {
  return {
    ...(experimentFile === null ? {} : { 'the experiment’s folder or one above': dirname(experimentFile) }),
    'the runs folder or one above': dirname(runFolder),
  };
}
