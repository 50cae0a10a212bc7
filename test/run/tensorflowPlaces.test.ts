import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  tensorflowPlaces,
  tensorflowVariables,
  userTensorflowFolder,
  workspaceFolders,
} from '../../src/run/tensorflowPlaces.js';

const near = workspaceFolders({
  experimentFile: '/project/mnist.distill.json',
  runFolder: '/project/.distillery/runs/a',
});

describe('the places where TensorFlow is looked for', () => {
  it('are the workspace, the editor’s storage, the user’s own, and beside Distillery, in this order', () => {
    const environment = { [tensorflowVariables.installed]: '/storage/tensorflow', XDG_DATA_HOME: '/home/ann/data' };
    const places = tensorflowPlaces({ environment, near, beside: '/opt/distillery/dist' });
    assert.deepEqual(
      places.map(({ folder, above }) => ({ folder, above })),
      [
        { folder: '/project', above: true },
        { folder: '/project/.distillery/runs', above: true },
        { folder: '/storage/tensorflow', above: false },
        { folder: userTensorflowFolder(environment), above: false },
        { folder: '/opt/distillery/dist', above: true },
      ],
    );
  });

  // Whoever names a folder wants that one: another would be a silent fallback.
  it('is the chosen folder alone, where one is chosen', () => {
    const environment = {
      [tensorflowVariables.chosen]: '/opt/tf',
      [tensorflowVariables.installed]: '/storage/tensorflow',
    };
    const places = tensorflowPlaces({ environment, near, beside: '/opt/distillery/dist' });
    assert.deepEqual(
      places.map(({ folder }) => folder),
      ['/opt/tf'],
    );
  });
});
