import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';

/** What TensorFlow for TensorFlow.js may be installed as, the one with CUDA first. */
export const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
export type TensorflowPackage = (typeof tensorflowPackages)[number];

/**
 * The environment variables by which whoever starts a trainer tells where TensorFlow lies: a folder that a person has
 * chosen, the one that the editor installs into, and, as JSON, the package folders of a workspace whose code may be
 * loaded, and those that were found there and may not be. None is part of a run: it may go on on another machine.
 */
export const tensorflowVariables = {
  chosen: 'DISTILLERY_TENSORFLOW',
  installed: 'DISTILLERY_TENSORFLOW_INSTALLED',
  trusted: 'DISTILLERY_TENSORFLOW_TRUSTED',
  untrusted: 'DISTILLERY_TENSORFLOW_UNTRUSTED',
} as const;
type Environment = Readonly<Record<string, string | undefined>>;

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

/** What it finds there of a workspace's own packages. */
export function workspaceEnvironment({
  trusted,
  untrusted,
}: {
  trusted: readonly string[];
  untrusted: readonly string[];
}): Readonly<Record<string, string>> {
  return {
    [tensorflowVariables.trusted]: JSON.stringify(trusted),
    [tensorflowVariables.untrusted]: JSON.stringify(untrusted),
  };
}

/**
 * The folders that one of these variables lists; none where it is not set.
 * @throws ProblemError `bad-environment`
 */
export function listedFolders(which: 'trusted' | 'untrusted', environment: Environment): readonly string[] {
  const variable = tensorflowVariables[which];
  const text = environment[variable] ?? '';
  if (text === '') return [];
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch (error) {
    throw new ProblemError(
      {
        code: 'bad-environment',
        message: `The environment variable ${variable} is no list of folders in JSON.`,
        fix: 'Whoever starts a trainer sets it; take it out of your own environment.',
      },
      { cause: error },
    );
  }
}

/** Where the package is looked for. */
export interface TensorflowPlace {
  /** As a message names it: `the experiment’s folder`. */
  readonly name: string;
  readonly folder: string;
  /** Whether the folders above count too, as they do for what Node imports. */
  readonly above: boolean;
  /** Whether what lies there may be loaded; else it is only told that it is there. */
  readonly isTrusted: boolean;
}

/**
 * The places, in the order in which they are looked at; a chosen one is the only one. Those of a workspace are told by
 * whoever starts the process, who knows what is trusted: they are not looked for here.
 * @param beside where Distillery's own code lies
 * @throws ProblemError `bad-environment`
 */
export function tensorflowPlaces({
  environment,
  beside,
}: {
  environment: Environment;
  beside: string;
}): TensorflowPlace[] {
  const chosen = environment[tensorflowVariables.chosen] ?? '';
  const own = { above: false, isTrusted: true };
  if (chosen !== '') return [{ name: 'the folder that was chosen', folder: chosen, ...own }];
  const installed = environment[tensorflowVariables.installed] ?? '';
  const ofWorkspace = (which: 'trusted' | 'untrusted'): TensorflowPlace[] =>
    listedFolders(which, environment).map((folder) => ({
      ...{ name: 'the workspace', folder, above: false },
      isTrusted: which === 'trusted',
    }));
  return [
    ...ofWorkspace('trusted'),
    ...ofWorkspace('untrusted'),
    ...(installed === '' ? [] : [{ name: 'the editor’s storage', folder: installed, ...own }]),
    { name: 'your own storage', folder: userTensorflowFolder(environment), ...own },
    { name: 'beside Distillery', folder: beside, above: true, isTrusted: true },
  ];
}

/** Where `distillery engines install tensorflow` puts it. */
export function userTensorflowFolder(environment: Environment): string {
  return join(userFolder(environment), 'tensorflow');
}

/** What Distillery keeps for the user, whatever the workspace, by the customs of the system. */
export function userFolder(environment: Environment): string {
  return join(dataFolder(environment), 'distillery');
}

function dataFolder(environment: Environment): string {
  const home = homedir();
  switch (process.platform) {
    case 'win32':
      return environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local');
    case 'darwin':
      return join(home, 'Library', 'Application Support');
    default: {
      // An empty value counts as none, and so does one that is not from the root (XDG Base Directory Specification).
      const named = environment['XDG_DATA_HOME'] ?? '';
      return isAbsolute(named) ? named : join(home, '.local', 'share');
    }
  }
}

/** The folders of a workspace beside which a run may find a package: the experiment's, and where its runs are kept. */
export function workspaceFolders({
  experimentFile,
  runsDir,
}: {
  experimentFile: string | null;
  runsDir: string;
}): string[] {
  return [...(experimentFile === null ? [] : [dirname(experimentFile)]), runsDir];
}
