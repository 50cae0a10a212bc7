import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { provide } from './aptInstall.js';
import { installOnce } from './installOnce.js';
import { usualWheel } from '../../src/launch/tensorflow/installTensorflow.js';
import { tensorflowVariables } from '../../src/machine/packages/tensorflowPlaces.js';

/** A folder with TensorFlow for tests, or why there is none. */
export type ForTests =
  { readonly folder: string; readonly missing: false } | { readonly folder: null; readonly missing: string };

/**
 * TensorFlow for tests: the folder that `DISTILLERY_TENSORFLOW` names, else one that the real command line installs from
 * the Python wheel, once a machine (a minute, 300 MB to fetch). Where it cannot be had, it says loudly what is not
 * tested and why.
 */
export function tensorflowForTests(): ForTests {
  const named = process.env[tensorflowVariables.chosen] ?? '';
  if (named !== '') return { folder: resolve(named), missing: false };
  try {
    const home = installOnce(`tensorflow-${usualWheel}`, (draft) => {
      console.log(`Installing TensorFlow ${usualWheel} from its wheel into .vscode-test …`);
      provide([
        { command: ['python3', '-m', 'pip', '--version'], package: 'python3-pip' },
        { command: ['c++', '--version'], package: 'g++' },
      ]);
      install(draft);
    });
    return { folder: join(home, 'distillery', 'tensorflow'), missing: false };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(`NOT TESTED: the engine tensorflow. ${reason.trim().split('\n').slice(-2).join(' ')}`);
    return { folder: null, missing: 'NOT TESTED: no TensorFlow' };
  }
}

/** By the command that people use, into the folder that is named as theirs. */
function install(draft: string): void {
  const words = ['dist/cli.js', 'engines', 'install', 'tensorflow', '--from-wheel', usualWheel];
  const { status, stderr } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    env: { ...process.env, XDG_DATA_HOME: draft },
  });
  if (status !== 0) throw new Error(stderr);
}
