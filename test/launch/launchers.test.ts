import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { launcherFor } from '../../src/launch/launchers.js';
import { LocalProcessLauncher } from '../../src/launch/localProcess.js';

const setup = { trainerScript: 'dist/trainer.js', environment: null };

describe('the launcher of trainers', () => {
  it('is processes of this machine where the environment names none, or that one', () => {
    for (const DISTILLERY_LAUNCHER of [undefined, '', ' ', 'local'])
      assert.ok(launcherFor(setup, { DISTILLERY_LAUNCHER }) instanceof LocalProcessLauncher);
  });

  it('is refused where the environment names one that is not there, with those that are', () => {
    for (const name of ['slurm', 'Local', 'toString', '__proto__']) {
      assert.throws(() => launcherFor(setup, { DISTILLERY_LAUNCHER: name }), {
        name: 'ProblemError',
        message: `No launcher is called \`${name}\`, which DISTILLERY_LAUNCHER names.`,
        problem: {
          code: 'unknown-launcher',
          message: `No launcher is called \`${name}\`, which DISTILLERY_LAUNCHER names.`,
          fix: 'Set DISTILLERY_LAUNCHER to `local`, or leave it out for trainers on this machine.',
        },
      });
    }
  });
});
