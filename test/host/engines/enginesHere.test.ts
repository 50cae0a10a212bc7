import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { enginesHere } from '../../../src/host/engines/enginesHere.js';
import { tensorflowEnvironment, workspaceEnvironment } from '../../../src/machine/packages/tensorflowPlaces.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

// What is asked is the whole way from the editor to the process that tries TensorFlow: the places must go through both.
describe('the engines that the editor shows', () => {
  it('are looked for where the editor installs, as soon as something is there', async (t) => {
    const home = await temporaryFolder(t);
    const [installed, folder] = [join(home, 'storage', 'tensorflow'), join(home, 'workspace')];
    await mkdir(folder);
    const environment = {
      ...tensorflowEnvironment({ installed, chosen: '' }),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_DATA_HOME: home,
    };
    const tensorflow = async (): Promise<string> => {
      const reports = await enginesHere({
        script: resolve('dist/cli.js'),
        node: process.execPath,
        environment,
        folder,
      });
      assert.equal(reports.find(({ engine }) => engine === 'onnx/cpu')?.found, true);
      const report = reports.find(({ engine }) => engine === 'tensorflow');
      assert.ok(report?.found === false);
      return report.problem.message;
    };
    const before = await tensorflow();
    assert.ok(before.includes(`(${installed}): not there`), before);
    await broken(installed, 'no libtensorflow');
    assert.match(await tensorflow(), /editor’s storage.*does not load: no libtensorflow/s);
    // What lies in the workspace counts where the editor says that it is trusted.
    await broken(folder, 'the workspace’s own');
    assert.match(await tensorflow(), /Found in .*workspace.*, not used: this folder is not trusted/);
    const own = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    Object.assign(environment, workspaceEnvironment({ trusted: [own], untrusted: [] }));
    assert.match(await tensorflow(), /does not load: the workspace’s own/);
    // The folder of the settings is the only one that counts.
    const chosen = join(home, 'chosen');
    Object.assign(environment, tensorflowEnvironment({ installed, chosen }));
    await broken(chosen, 'wrong version');
    assert.match(await tensorflow(), /does not load: wrong version/);
  });
});

async function broken(folder: string, message: string): Promise<void> {
  const place = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }');
  await writeFile(join(place, 'index.js'), `throw new Error(${JSON.stringify(message)});`);
}
