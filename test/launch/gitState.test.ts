import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gitState } from '../../src/launch/gitState.js';
import { temporaryFolder } from '../run/temporaryFolder.js';

type Git = (...args: string[]) => string;

const gitIn =
  (folder: string): Git =>
  (...args) => {
    const settings = ['-c', 'user.name=x', '-c', 'user.email=x@example.invalid', '-c', 'protocol.file.allow=always'];
    return execFileSync('git', [...settings, '-C', folder, ...args]).toString();
  };

/** A repository with one file and one commit. */
function repository(folder: string): Git {
  mkdirSync(folder, { recursive: true });
  const git = gitIn(folder);
  git('init', '-q');
  writeFileSync(join(folder, 'a.txt'), 'a');
  git('add', '.');
  git('commit', '-qm', 'first');
  return git;
}

describe('gitState', () => {
  it('names the commit and whether anything but runs differs from it', async (t) => {
    const folder = await temporaryFolder(t);
    const git = gitIn(folder);
    assert.equal(await gitState(folder), null);
    git('init', '-q');
    assert.equal(await gitState(folder), null);
    mkdirSync(join(folder, 'experiments', '.distillery', 'runs'), { recursive: true });
    const file = join(folder, 'experiments', 'a.distill.json');
    writeFileSync(file, '{}');
    git('add', '.');
    git('commit', '-qm', 'first');
    const commit = git('rev-parse', 'HEAD').trim();
    writeFileSync(join(folder, 'experiments', '.distillery', 'runs', 'run.json'), '{}');
    assert.deepEqual(await gitState(join(folder, 'experiments')), { commit, dirty: false });
    writeFileSync(file, '{ }');
    assert.deepEqual(await gitState(join(folder, 'experiments')), { commit, dirty: true });
  });

  describe('runs nothing that a repository names in its settings', { skip: process.platform === 'win32' }, () => {
    const attacks: Readonly<Record<string, { filter: string; set: (git: Git, program: string) => void }>> = {
      'as its monitor of files': { filter: 'own', set: (git, program) => git('config', 'core.fsmonitor', program) },
      'as a filter': { filter: 'own', set: (git, program) => git('config', 'filter.own.clean', program) },
      'as a filter that goes on': {
        filter: 'own',
        set: (git, program) => git('config', 'filter.own.process', program),
      },
      'as a filter with a name of dots and capitals': {
        filter: 'Own.x',
        set: (git, program) => git('config', 'filter.Own.x.clean', program),
      },
      'as a filter in a file that the settings include': {
        filter: 'own',
        set: (git, program) => {
          const file = join(git('rev-parse', '--absolute-git-dir').trim(), 'more');
          writeFileSync(file, `[filter "own"]\n\tclean = ${program}\n`);
          git('config', 'include.path', file);
        },
      },
    };
    for (const [how, { filter, set }] of Object.entries(attacks)) {
      it(how, async (t) => {
        const folder = await temporaryFolder(t);
        const git = repository(folder);
        const inside = (name: string): string => join(folder, '.git', name);
        writeFileSync(inside('program'), `#!/bin/sh\ntouch '${inside('ran')}'\ncat\n`, { mode: 0o755 });
        set(git, inside('program'));
        writeFileSync(inside('info/attributes'), `*.txt filter=${filter}\n`);
        // A file with another time is compared by its contents, and that is when filters run.
        utimesSync(join(folder, 'a.txt'), 1, 1);
        assert.equal((await gitState(folder))?.dirty, false);
        assert.ok(!existsSync(inside('ran')));
        // Asked without precautions, git does run it.
        spawnSync('git', ['-C', folder, 'status', '--porcelain']);
        assert.ok(existsSync(inside('ran')));
      });
    }

    it('as the monitor of a submodule', async (t) => {
      const folder = await temporaryFolder(t);
      repository(join(folder, 'inner'));
      const git = repository(join(folder, 'outer'));
      git('submodule', '--quiet', 'add', join(folder, 'inner'), 'sub');
      git('commit', '-qm', 'second');
      const ran = join(folder, 'ran');
      const program = join(folder, 'program');
      writeFileSync(program, `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
      gitIn(join(folder, 'outer', 'sub'))('config', 'core.fsmonitor', program);
      assert.equal((await gitState(join(folder, 'outer')))?.dirty, false);
      assert.ok(!existsSync(ran));
    });
  });
});
