import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { tensorflowVariables } from '../../src/machine/packages/tensorflowPlaces.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { trainerRun } from '../trainer/trainerRuns.js';
import { distillery } from './command.js';
import { runsIn } from './storedRun.js';

const experiment = {
  name: 'x',
  engine: 'tensorflow',
  data: { dataset: 'mnist', limit: { train: 64, test: 50 } },
  teacher: { model: { kind: 'mlp', hidden: [4] }, train: { epochs: 1 } },
  student: { model: { kind: 'mlp', hidden: [4] }, train: { epochs: 1 } },
};
const spec = {
  ...{ version: 1, role: 'baseline', name: 'baseline', seed: 0, distill: null, teachers: [] },
  ...{ data: experiment.data, ...experiment.teacher },
};

/**
 * A repository that brings a package along, as a person has cloned it: whoever loads the package writes the file `loaded`
 * outside of it.
 */
async function cloned(t: TestContext) {
  const home = await temporaryFolder(t);
  const loaded = join(home, 'loaded');
  // Above the experiment and the runs, as a repository has it at its root.
  const repository = join(home, 'repository');
  const own = join(repository, 'node_modules', '@tensorflow', 'tfjs-node');
  const dependency = join(repository, 'node_modules', 'helper');
  const cwd = join(repository, 'experiments');
  for (const folder of [own, dependency, cwd]) await mkdir(folder, { recursive: true });
  const manifest = { name: '@tensorflow/tfjs-node', version: '4.22.0', dependencies: { helper: '1' } };
  await writeFile(join(own, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(own, 'index.js'), `require('fs').writeFileSync(${JSON.stringify(loaded)}, 'owned');`);
  await writeFile(join(dependency, 'package.json'), JSON.stringify({ name: 'helper', version: '1.0.0' }));
  await writeFile(join(dependency, 'index.js'), '');
  await writeFile(join(cwd, 'x.distill.json'), JSON.stringify(experiment));
  const { id } = await trainerRun(runsIn(cwd), spec, { engine: 'tensorflow' });
  const environment = {
    ...{ HOME: home, LOCALAPPDATA: home, XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache') },
    ...{ [tensorflowVariables.chosen]: '', [tensorflowVariables.installed]: '' },
  };
  /** What the command line says, and whether the package was loaded. */
  const tried = async (...words: string[]): Promise<{ said: string; isLoaded: boolean }> => {
    await rm(loaded, { force: true });
    const { stdout, stderr } = await distillery(words, { cwd, environment });
    return { said: stdout + stderr, isLoaded: existsSync(loaded) };
  };
  return { home, own, dependency, cwd, id, tried };
}

describe('code that lies in a workspace', () => {
  it('is loaded by no command before a person has said so, who is told how', async (t) => {
    const { id, own, tried } = await cloned(t);
    for (const words of [
      ['run', 'x.distill.json'],
      ['validate', 'x.distill.json'],
      ['resume', id],
      ['engines'],
      ['list'],
    ]) {
      const { said, isLoaded } = await tried(...words);
      assert.equal(isLoaded, false, words.join(' '));
      if (words[0] === 'list') continue;
      assert.ok(said.includes(`Found in ${own}, not used: this folder is not trusted`), said);
      assert.match(said, /run again with --trust/);
    }
  });

  it('is loaded with --trust, then without, and never again once it has changed', async (t) => {
    const { home, own, dependency, tried } = await cloned(t);
    const validate = ['validate', 'x.distill.json'];
    const trusted = await tried(...validate, '--trust');
    assert.equal(trusted.isLoaded, true, trusted.said);
    assert.match(trusted.said, /Trusted until its contents change: @tensorflow\/tfjs-node 4\.22\.0 in /);
    assert.match(await readFile(join(home, 'data', 'distillery', 'trusted.json'), 'utf8'), /tfjs-node/);
    assert.equal((await tried(...validate)).isLoaded, true);
    assert.equal((await tried('engines')).isLoaded, true);

    const changes: Record<string, () => Promise<void>> = {
      'its code': () =>
        writeFile(
          join(own, 'index.js'),
          `//\n require('fs').writeFileSync(${JSON.stringify(join(home, 'loaded'))}, '');`,
        ),
      'a file that is new': () => writeFile(join(own, 'other.node'), 'x'),
      'a package that it depends on': () => writeFile(join(dependency, 'index.js'), '// changed'),
      'a package that is now nearer': async () => {
        await mkdir(join(own, 'node_modules', 'helper'), { recursive: true });
        await writeFile(
          join(own, 'node_modules', 'helper', 'package.json'),
          '{ "name": "helper", "version": "1.0.0" }',
        );
      },
    };
    for (const [what, change] of Object.entries(changes)) {
      await change();
      const { said, isLoaded } = await tried(...validate);
      assert.equal(isLoaded, false, what);
      assert.match(said, /its contents have changed since this folder was trusted/, what);
      assert.equal((await tried(...validate, '--trust')).isLoaded, true, what);
    }
  });

  // A second clone with the same name of the folder, or a link into another, is another folder.
  it('is trusted by the folder that it really lies in', async (t) => {
    const { own, tried, home } = await cloned(t);
    await tried('validate', 'x.distill.json', '--trust');
    const other = await cloned(t);
    assert.equal((await other.tried('validate', 'x.distill.json')).isLoaded, false);
    await rm(own, { recursive: true });
    const elsewhere = join(home, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }');
    await writeFile(
      join(elsewhere, 'index.js'),
      `require('fs').writeFileSync(${JSON.stringify(join(home, 'loaded'))}, '');`,
    );
    await mkdir(dirname(own), { recursive: true });
    await symlink(elsewhere, own, 'dir');
    assert.equal((await tried('validate', 'x.distill.json')).isLoaded, false);
  });
});
