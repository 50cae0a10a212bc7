import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  tensorflowPlaces,
  tensorflowVariables,
  userTensorflowFolder,
  workspaceEnvironment,
  workspaceFolders,
} from '../../../src/machine/packages/tensorflowPlaces.js';

const folders = workspaceFolders({
  experimentFile: '/project/mnist.distill.json',
  runsDir: '/project/.distillery/runs',
});

describe('the places where TensorFlow is looked for', () => {
  it('are what was found in the workspace, the editor’s storage, the user’s own, and beside Distillery, in this order', () => {
    const environment = {
      ...workspaceEnvironment({ trusted: ['/project/a:b'], untrusted: ['/c'] }),
      [tensorflowVariables.installed]: '/storage/tensorflow',
      XDG_DATA_HOME: '/home/ann/data',
    };
    const places = tensorflowPlaces({ environment, beside: '/opt/distillery/dist' });
    assert.deepEqual(
      places.map(({ folder, above, isTrusted }) => ({ folder, above, isTrusted })),
      [
        { folder: '/project/a:b', above: false, isTrusted: true },
        { folder: '/c', above: false, isTrusted: false },
        { folder: '/storage/tensorflow', above: false, isTrusted: true },
        { folder: userTensorflowFolder(environment), above: false, isTrusted: true },
        { folder: '/opt/distillery/dist', above: true, isTrusted: true },
      ],
    );
  });

  it('are none of a workspace that nobody has named', () => {
    assert.deepEqual(folders, ['/project', '/project/.distillery/runs']);
    const places = tensorflowPlaces({ environment: { XDG_DATA_HOME: '/home/ann/data' }, beside: '/opt/distillery' });
    assert.ok(places.every(({ folder }) => !folder.startsWith('/project')));
    const environment = { [tensorflowVariables.trusted]: '/project' };
    assert.throws(() => tensorflowPlaces({ environment, beside: '/opt' }), /no list of folders/);
  });

  // Whoever names a folder wants that one: another would be a silent fallback.
  it('is the chosen folder alone, where one is chosen', () => {
    const environment = {
      ...workspaceEnvironment({ trusted: ['/project'], untrusted: [] }),
      [tensorflowVariables.chosen]: '/opt/tf',
      [tensorflowVariables.installed]: '/storage/tensorflow',
    };
    const places = tensorflowPlaces({ environment, beside: '/opt/distillery/dist' });
    assert.deepEqual(
      places.map(({ folder }) => folder),
      ['/opt/tf'],
    );
  });
});
