import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { skipWithoutMount, smallDisk, type SmallDisk } from '../run/smallDisk.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { idx } from '../trainer/data/idxFiles.js';
import { distillery } from './command.js';
import { tiny } from './tiny.js';

/** What `validate` and `run` say about the tiny experiment with a part of it replaced. */
async function diagnostic(t: TestContext, [from, to]: readonly [string, string]): Promise<string> {
  const cwd = await temporaryFolder(t);
  assert.ok(tiny().includes(from), from);
  writeFileSync(join(cwd, 'a.distill.json'), tiny().replace(from, to));
  const validated = await distillery(['validate', 'a.distill.json'], { cwd });
  const run = await distillery(['run', 'a.distill.json'], { cwd });
  assert.deepEqual([validated.code, validated.stdout, run.code, run.stdout], [2, '', 2, '']);
  assert.equal(run.stderr, validated.stderr);
  assert.ok(!existsSync(join(cwd, '.distillery')), 'nothing was begun');
  return run.stderr;
}

describe('what a person sees for an experiment that is wrong', () => {
  const cases: { readonly what: string; readonly change: readonly [string, string]; readonly says: string }[] = [
    {
      what: 'an unknown key',
      change: ['"temperature": 4', '"temprature": 4'],
      says:
        'a.distill.json:6:34 distill.temprature: `temprature` is not a setting of `distill`. Known: `loss`, `temperature`, `alpha`, `ensemble`, `warmup`, `temperatureEnd`, `doubtfulTeacher`, `standardize`.\n' +
        '  Did you mean `temperature`?\n',
    },
    {
      what: 'a wrong type',
      change: ['"epochs": 2', '"epochs": "2"'],
      says:
        'a.distill.json:4:81 teacher.train.epochs: Found text "2", expected a whole number of at least 1.\n' +
        '  Write 2, without the quotes.\n',
    },
    {
      what: 'a temperature of 0',
      change: ['"temperature": 4', '"temperature": 0'],
      says:
        'a.distill.json:6:49 distill.temperature: 0 is not above 0: expected a number above 0 and at most 1000.\n' +
        '  Change it, or leave it out: the default is 4. T: divides the logits before the softmax. Above 0.\n',
    },
    {
      what: 'an alpha above 1',
      change: ['"alpha": 0.9', '"alpha": 1.5'],
      says:
        'a.distill.json:6:61 distill.alpha: 1.5 is above 1: expected a number from 0 to 1.\n' +
        '  Change it, or leave it out: the default is 0.9. Weight of the distillation loss: α·distillation + (1−α)·student loss. 0: hard labels only; 1: soft labels only.\n',
    },
    {
      what: 'an unknown data set',
      change: ['"dataset": "mnist"', '"dataset": "minst"'],
      says: 'a.distill.json:3:24 data.dataset: "minst" is not known: expected "mnist", "fashion-mnist", "cifar10", "cifar100", "idx" or "images".\n  Did you mean "mnist"?\n',
    },
    {
      what: 'an unknown model',
      change: ['"kind": "mlp"', '"kind": "mpl"'],
      says: 'a.distill.json:4:35 teacher.model.kind: "mpl" is not known: expected "mlp", "convnet", "resnet", "cifar-resnet", "vit" or "onnx".\n  Did you mean "mlp"?\n',
    },
  ];
  for (const { what, change, says } of cases) {
    it(`names ${what}, its place and its fix`, async (t) => {
      const stderr = await diagnostic(t, change);
      assert.equal(stderr, `${says}1 problem in a.distill.json.\n`);
    });
  }

  it('names the file that is not there, and a folder that is no file', async (t) => {
    const cwd = await temporaryFolder(t);
    assert.deepEqual(await distillery(['run', 'a.distill.json'], { cwd }), {
      code: 2,
      stdout: '',
      stderr: 'a.distill.json: Could not read the experiment: it does not exist.\n  Check the path.\n',
    });
    assert.deepEqual(await distillery(['validate', '.'], { cwd }), {
      code: 2,
      stdout: '',
      stderr: '.: Could not read the experiment: it is a folder, not a file.\n  Check the path.\n',
    });
  });

  it('warns of what runs and does not mean what it seems to, and calls it ok', async (t) => {
    const cwd = await temporaryFolder(t);
    const labels = Array.from({ length: 64 }, (_, index) => index % 2);
    writeFileSync(join(cwd, 'pictures'), idx(0x803, [64, 1, 1], labels));
    writeFileSync(join(cwd, 'labels'), idx(0x801, [64], labels));
    const pair = '{ "images": "pictures", "labels": "labels" }';
    const data = `"data": { "dataset": "idx", "train": ${pair}, "test": ${pair}, "classes": ["no", "yes"] }`;
    const text = tiny()
      .replace(/"data": \{.*?\}(?=,\n)/s, data)
      .replace('"temperature": 4', '"standardize": true');
    writeFileSync(join(cwd, 'a.distill.json'), text);
    const { code, stdout, stderr } = await distillery(['validate', 'a.distill.json'], { cwd });
    assert.match(
      stderr,
      /^Warning: a\.distill\.json:6:49 distill\.standardize: Of two classes, [^\n]*\n {2}Leave `standardize` out: [^\n]*\n$/,
    );
    assert.match(stdout, /^ok: /);
    assert.equal(code, 0);
  });

  it('names a run that the experiment does not have, and those that it has', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    const { code, stderr } = await distillery(['run', 'a.distill.json', '--only', 'studnt'], { cwd });
    assert.equal(
      stderr,
      'No run of this experiment is called `studnt`. There are: `teacher`, `teacher s0`, `baseline`, `baseline s0`, `student`, `student t4 a0.9 s0`.\n' +
        '  Did you mean `student`?\n',
    );
    assert.equal(code, 2);
  });
});

describe('what a person sees when the runs folder cannot be used', () => {
  it('names a file that stands where the folder is needed, and leaves it', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    const { code, stderr } = await distillery(['run', 'a.distill.json', '--runs', 'a.distill.json/runs'], { cwd });
    assert.ok(
      stderr.endsWith(
        `${join(cwd, 'a.distill.json', 'runs')}: Could not make the runs folder: a file stands where a folder is needed.\n` +
          '  Move that file away, or choose another folder.\n',
      ),
      stderr,
    );
    assert.equal(code, 2);
    assert.equal(readFileSync(join(cwd, 'a.distill.json'), 'utf8'), tiny());
  });

  it('says when it may not write there', { skip: skipWithoutMount() }, async (t) => {
    const { cwd, disk, remount } = await experimentWithDisk(t, '1m');
    remount('ro');
    const { code, stderr } = await distillery(['run', 'a.distill.json', '--runs', disk], { cwd });
    assert.match(
      stderr,
      /: Could not [^\n]*: the file system is read-only\.\n {2}Allow writing and reading there, or choose another runs folder\.\n$/,
    );
    assert.ok(stderr.includes(disk), stderr);
    assert.equal(code, 2);
  });

  it(
    'fails the run when the disk is full, keeps what was saved, and resumes once there is room',
    { skip: skipWithoutMount() },
    async (t) => {
      const { cwd, disk, remount } = await experimentWithDisk(t, '60k');
      const full = await distillery(['run', 'a.distill.json', '--runs', disk, '--only', 'teacher'], { cwd });
      assert.match(
        full.stderr,
        /teacher s0: failed\. .*checkpoint\.safetensors: Could not write the file: there is no space left on the disk\.\n {2}Free some space, or choose another runs folder\. What was saved before is still there\.\n/,
      );
      assert.equal(full.code, 1);
      const [id = ''] = readdirSync(disk).filter((name) => name.includes('-teacher-'));
      const saved = readFileSync(join(disk, id, 'log.jsonl'));
      remount('size=10m');
      const resumed = await distillery(['resume', 'latest', '--runs', disk], { cwd });
      assert.match(resumed.stderr, new RegExp(`${id}: finished, \\d+ errors of 100 `));
      assert.equal(resumed.code, 0);
      assert.deepEqual(readFileSync(join(disk, id, 'log.jsonl')).subarray(0, saved.length), saved);
    },
  );
});

describe('a run that the disk was too small for', { skip: skipWithoutMount() }, () => {
  for (const free of [0, 8192, 20_480]) {
    it(`goes on by \`run\` where it was, and never begins anew, with ${free} bytes free`, async (t) => {
      const { cwd, disk, remount, fill } = await experimentWithDisk(t, '60k');
      const command = ['run', 'a.distill.json', '--runs', disk, '--only', 'teacher'];
      const runs = (): string[] => readdirSync(disk).filter((name) => name.includes('-teacher-'));
      await distillery(command, { cwd });
      const [id = ''] = runs();
      fill(free);
      const again = await distillery(command, { cwd });
      assert.match(again.stderr, /there is no space left on the disk/);
      assert.notEqual(again.code, 0);
      assert.deepEqual(runs(), [id]);
      const shown = await distillery(['show', id, '--runs', disk], { cwd });
      assert.match(shown.stdout, /^Problem: .*there is no space left on the disk/m);
      remount('size=10m');
      const fixed = await distillery(command, { cwd });
      assert.match(fixed.stderr, new RegExp(`goes on from step \\d+, as ${id}|begins anew, as ${id}`));
      assert.match(fixed.stderr, /teacher s0: finished, \d+ errors of 100 /);
      assert.deepEqual([fixed.code, runs()], [0, [id]]);
    });
  }
});

async function experimentWithDisk(t: TestContext, size: string): Promise<SmallDisk> {
  const disk = await smallDisk(t, size);
  writeFileSync(join(disk.cwd, 'a.distill.json'), tiny());
  return disk;
}
