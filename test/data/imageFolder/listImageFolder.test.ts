import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { canonicalJson } from '../../../src/core/json.js';
import { formatProblem } from '../../../src/core/problem.js';
import { dataSchema } from '../../../src/core/spec/spec.js';
import { dataIdentity } from '../../../src/core/datasets/datasets.js';
import { imagesContents } from '../../../src/data/imageFolder/imagesContents.js';
import { listImageFolder, type ImageFolder } from '../../../src/data/imageFolder/listImageFolder.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { putPicture, putPictures } from './putPicture.js';

const two = { 'train/a': 4, 'train/b': 4, 'test/a': 2, 'test/b': 2 };

/** A folder of pictures, and how to ask what it gives; places in it are written `<folder>`. */
async function folderOf(test: TestContext, counts: Readonly<Record<string, number>>) {
  const folder = await temporaryFolder(test);
  putPictures(folder, counts);
  const words = (text: string): string => text.replaceAll(folder, '<folder>').replaceAll('\\', '/');
  const list = (more: object = {}) => {
    const spec = dataSchema.parse({ dataset: 'images', folder, ...more });
    assert.ok(spec.dataset === 'images');
    return listImageFolder(spec);
  };
  return {
    folder,
    found: async (more: object = {}): Promise<ImageFolder & { said: string[] }> => {
      const { folder: found, faults, notes, warnings } = await list(more);
      assert.ok(found !== null, faults.map(formatProblem).join('\n'));
      return { ...found, said: [...notes, ...warnings.map(({ message }) => message)].map(words) };
    },
    faults: async (more: object = {}): Promise<string[]> => (await list(more)).faults.map(formatProblem).map(words),
    identity: async (more: object = {}): Promise<string> => {
      const { folder: found } = await list(more);
      assert.ok(found !== null);
      const spec = dataSchema.parse({ dataset: 'images', folder, ...more, contents: await imagesContents(found) });
      return canonicalJson(dataIdentity(spec));
    },
  };
}

const sizesOf = ({ train, validation, test }: ImageFolder): number[] =>
  [train, validation, test].map(({ length }) => length);

describe('the splits of an image folder', () => {
  for (const [train, test] of [
    ['train', 'val'],
    ['train', 'valid'],
    ['train', 'validation'],
    ['train', 'eval'],
    ['Train', 'TEST'],
    ['training', 'testing'],
    ['training_set', 'test_set'],
    ['dataset/train', 'dataset/val'],
    ['a/b/Training', 'a/b/Test'],
    ['training_set/training_set', 'test_set/test_set'],
  ] as const) {
    it(`are found as ${train} and ${test}, which is said, and are the same result as train and test`, async (t) => {
      const { found, identity } = await folderOf(t, {
        [`${train}/a`]: 4,
        [`${train}/b`]: 4,
        [`${test}/a`]: 2,
        [`${test}/b`]: 2,
      });
      const listed = await found();
      assert.deepEqual(sizesOf(listed), [8, 0, 4]);
      assert.deepEqual(listed.classes, ['a', 'b']);
      const said = `Splits of <folder>: training \`${train}\` (8 pictures), test \`${test}\` (4 pictures).`;
      assert.ok(listed.said[0]?.startsWith(said), listed.said[0]);
      assert.equal(await identity(), await (await folderOf(t, two)).identity());
    });
  }

  it('keep the hash that a folder with `train` and `test` always had, and say nothing', async (t) => {
    const { found, identity, folder } = await folderOf(t, two);
    const listed = await found();
    assert.deepEqual(listed.said, []);
    const names = [...listed.test, ...listed.train].map(({ file }) => file.slice(folder.length + 1));
    const contents = canonicalJson(names.map((name) => [name.replaceAll('\\', '/'), 20]));
    assert.deepEqual(JSON.parse(await identity()), {
      ...{ dataset: 'images', validation: 0, limit: {} },
      contents: createHash('sha256').update(contents).digest('hex'),
    });
  });

  it('are three with `val` beside `test`; pictures that are held out by number take its place, which is said', async (t) => {
    const { found, identity } = await folderOf(t, { ...two, 'val/a': 3, 'val/b': 3 });
    const listed = await found();
    assert.deepEqual(sizesOf(listed), [8, 6, 4]);
    assert.match(listed.said.join('\n'), /training `train` \(8 pictures\), validation `val` \(6 .*, test `test` \(4 /);
    const heldOut = await found({ validation: 2 });
    assert.deepEqual(sizesOf(heldOut), [8, 0, 4]);
    assert.match(heldOut.said.join('\n'), /`val` is not used: `"validation": 2` holds out training pictures\./);
    const without = await folderOf(t, two);
    assert.equal(await identity({ validation: 2 }), await without.identity({ validation: 2 }));
    assert.notEqual(await identity(), await without.identity());
  });

  it('are named by keys where they are called otherwise', async (t) => {
    const { found, faults, identity } = await folderOf(t, {
      ...{ 'images/fit/a': 4, 'images/fit/b': 4, 'images/held/a': 2, 'images/held/b': 2, 'late/a': 1, 'late/b': 1 },
    });
    const keys = { train: 'images/fit', test: 'images/held', validation: 'late' };
    assert.deepEqual(sizesOf(await found(keys)), [8, 2, 4]);
    assert.equal(await identity(keys), await (await folderOf(t, { ...two, 'val/a': 1, 'val/b': 1 })).identity());
    assert.deepEqual(await faults({ ...keys, test: 'hold' }), [
      'data.test: There is no folder <folder>/hold. In <folder> there are 2 folders: `images`, `late`.\n' +
        '  Correct the name; it is relative to `folder`.',
    ]);
  });

  it('are asked for where two folders could be meant, or two data sets lie side by side', async (t) => {
    const { faults, found } = await folderOf(t, { ...two, 'Testing/a': 1, 'Testing/b': 1 });
    assert.deepEqual(await faults(), [
      '<folder> data.folder: There are several folders that could hold the test pictures: `Testing`, `test`.\n' +
        '  Say which is meant, as `"test": "Testing"` in `data`, or rename the others.',
    ]);
    assert.deepEqual(sizesOf(await found({ test: 'test' })), [8, 0, 4]);
    const folds = await folderOf(t, { 'fold1/train/a': 1, 'fold1/train/b': 1, 'fold2/train/a': 1, 'fold2/train/b': 1 });
    assert.match((await folds.faults()).join('\n'), /Several folders hold a training set: `fold1`, `fold2`\./);
  });

  it('do not take a class for a split, nor pictures of no class for a test set', async (t) => {
    const vehicles = await folderOf(t, { car: 5, plane: 5, train: 5 });
    assert.deepEqual((await vehicles.found({ split: 0.2 })).classes, ['car', 'plane', 'train']);
    const flat = await folderOf(t, { 'train/a': 4, 'train/b': 4, 'val/a': 2, 'val/b': 2, test: 3 });
    const listed = await flat.found();
    assert.deepEqual(sizesOf(listed), [8, 0, 4]);
    assert.match(listed.said.join('\n'), /`test` is not used: its pictures lie in no folder of a class\./);
    const classless = await folderOf(t, { train: 3, test: 3 });
    assert.match((await classless.faults()).join('\n'), /There are no folders of classes in `test`, `train`/);
    const beside = await folderOf(t, { train: 3, 'val/a': 3 });
    assert.match((await beside.faults()).join('\n'), /There are no folders of classes in `train`: of pictures/);
  });
});

describe('a folder of classes without a split', () => {
  it('is refused with what is there and the line to add', async (t) => {
    const { faults } = await folderOf(t, { a: 12, b: 12 });
    assert.deepEqual(await faults(), [
      '<folder> data.folder: There are no test pictures: 2 classes (`a`, `b`), 24 pictures, and no folder `test`, `val` or alike beside them.\n' +
        '  Write `"split": 0.2` into `data`: 4 of them are then drawn to test on, a fifth of each class, always the same ones; or name the folder as `"test"`.',
    ]);
    const inside = await folderOf(t, { 'train/a': 12, 'train/b': 12 });
    assert.match((await inside.faults()).join('\n'), /2 classes \(`a`, `b`\), 24 pictures in `train`, and no folder/);
  });

  it('is divided in every class by the shares that `split` says, always alike, and otherwise by another seed', async (t) => {
    const { found } = await folderOf(t, { a: 50, b: 20, c: 3 });
    const listed = await found({ split: { test: 0.2, validation: 0.1 } });
    const ofClass = (label: number) =>
      [listed.train, listed.validation, listed.test].map((all) => all.filter((each) => each.label === label).length);
    assert.deepEqual([ofClass(0), ofClass(1), ofClass(2)], [[35, 5, 10], [14, 2, 4], [1, 1, 1]]); // prettier-ignore
    const names = (split: ImageFolder['test']): string[] => split.map(({ file }) => file);
    const all = [listed.train, listed.validation, listed.test].flatMap(names);
    assert.equal(new Set(all).size, 73, 'no picture is in two splits');
    assert.deepEqual(names((await found({ split: { test: 0.2, validation: 0.1 } })).test), names(listed.test));
    assert.deepEqual(names((await found({ split: 0.2 })).test), names(listed.test), 'without a validation set as well');
    assert.notDeepEqual(names((await found({ split: { test: 0.2, seed: 1 } })).test), names(listed.test));
  });

  it('is one result however its split is written and wherever its classes lie', async (t) => {
    const { identity } = await folderOf(t, { a: 12, b: 12 });
    assert.equal(await identity({ split: 0.25 }), await identity({ split: { test: 0.25, seed: 0 } }));
    assert.notEqual(await identity({ split: 0.25 }), await identity({ split: 0.5 }));
    const inside = await folderOf(t, { 'train/a': 12, 'train/b': 12 });
    assert.equal(await inside.identity({ split: 0.25 }), await identity({ split: 0.25 }));
  });

  it('refuses a split where there is one, and one that takes all of a class', async (t) => {
    assert.match(
      (await (await folderOf(t, two)).faults({ split: 0.2 })).join(''),
      /^data\.split: `split` draws test pictures, and `test` holds some already\./,
    );
    const small = await folderOf(t, { a: 12, b: 1 });
    assert.match(
      (await small.faults({ split: 0.2 })).join(''),
      /^data\.split: `split` leaves nothing to train on of `b`\./,
    );
  });
});

describe('the classes of an image folder', () => {
  it('are wrong all at once, each by what is the matter', async (t) => {
    const { folder, faults } = await folderOf(t, { ...two, 'train/Cats': 1, 'test/cats': 1, 'test/d': 1 });
    mkdirSync(join(folder, 'train/empty'));
    symlinkSync('/nowhere/dir', join(folder, 'train/gone'));
    writeFileSync(join(folder, 'train/a/empty.jpg'), '');
    assert.deepEqual(
      (await faults()).map((fault) => fault.split('\n')[0]),
      [
        '<folder>/train/a/empty.jpg data.folder: This picture cannot be used: it is empty.',
        '<folder>/train/gone data.folder: This is a link to /nowhere/dir, which is not there.',
        '<folder>/train/empty data.folder: There is no picture in the folder of this class.',
        '<folder>/test/cats data.folder: There is nothing to learn the class cats from: the training pictures are of `Cats`, `a`, `b`, `empty`.',
        '<folder>/test/d data.folder: There is nothing to learn the class d from: the training pictures are of `Cats`, `a`, `b`, `empty`.',
      ],
    );
  });

  it('are two at least, and pictures beside them are told', async (t) => {
    const { folder, faults } = await folderOf(t, { 'train/a': 1, 'test/a': 1 });
    putPicture(join(folder, 'train/loose.png'));
    assert.match(
      (await faults()).join(''),
      /There is only the class a in the folder, .* 1 picture lies in `train` itself/,
    );
  });

  it('are told where nothing tests them, where capitals alone tell them apart, and where numbers are out of order', async (t) => {
    const { found } = await folderOf(t, { ...two, 'train/B': 1 });
    assert.deepEqual((await found()).said, [
      'There are no test pictures of `B`.',
      'Some classes differ in capital letters only, and are classes of their own: `B`, `b`.',
    ]);
    const numbers = Array.from(
      { length: 11 },
      (_, index) =>
        [
          [`train/${index}`, 1],
          [`test/${index}`, 1],
        ] as const,
    );
    const numbered = await (await folderOf(t, Object.fromEntries(numbers.flat()))).found();
    assert.equal(numbered.classes[2], '10');
    assert.match(
      numbered.said.join(''),
      /^The classes are in the order of their names as text, as in torchvision, .* So class 2 is `10`\.$/,
    );
    const few = await folderOf(t, { 'train/1': 1, 'train/2': 1, 'test/1': 1, 'test/2': 1 });
    assert.deepEqual((await few.found()).said, []);
  });

  it('are no hidden folders, nor what archives leave', async (t) => {
    const { found } = await folderOf(t, {
      ...two,
      'train/__MACOSX/a': 1,
      'train/.ipynb_checkpoints': 1,
      'test/.git': 1,
    });
    const listed = await found();
    assert.deepEqual([listed.classes, sizesOf(listed)], [['a', 'b'], [8, 0, 4]]); // prettier-ignore
  });
});

describe('what lies in the folder of a class', () => {
  it('is told by what it contains, and what is no picture is damaged under the name of one and passed over else', async (t) => {
    const { folder, found, faults } = await folderOf(t, two);
    const put = (name: string, contents: string): void =>
      writeFileSync(join(folder, 'train/a', name), contents, 'latin1');
    put('noEnding', 'GIF89a');
    put('photo.jpg', 'GIF87a');
    put('notes.txt', 'a text');
    put('BM.txt', 'BMW is no bitmap, and a text of some length.');
    put('drawing.svg', '<svg/>');
    const listed = await found();
    assert.equal(sizesOf(listed)[0], 10);
    assert.deepEqual(listed.said, ['14 of 17 files are read; passed over: 1 .svg, 2 others.']);
    put('drawing.png', '<?xml version="1.0"?>\n<!-- by hand -->\n<svg/>');
    put('page.jpeg', '\n<!DOCTYPE html>');
    put('phone.jpg', '\0\0\0\x18ftypheic\0\0\0\0mif1heic');
    put('pointer.png', 'version https://git-lfs.github.com/spec/v1');
    put('other.webp', 'abc');
    assert.deepEqual((await faults())[0]?.split(': ').slice(2).join(': ').split('\n')[0]?.split('; '), [
      'train/a/drawing.png is an SVG drawing, which is not read',
      'train/a/other.webp is no picture that is known',
      'train/a/page.jpeg is an HTML page',
      'train/a/phone.jpg is a HEIC picture, which is not read',
      'train/a/pointer.png is a pointer of Git LFS: the picture itself was not fetched (`git lfs pull`).',
    ]);
    const skipping = await found({ damaged: 'skip' });
    assert.equal(sizesOf(skipping)[0], 10);
    assert.match(skipping.said.join('\n'), /5 of 19 pictures are left out: train\/a\/drawing\.png is an SVG/);
  });

  it('is the same result with a damaged picture left out as without it', async (t) => {
    const { folder, identity } = await folderOf(t, two);
    const without = await identity();
    writeFileSync(join(folder, 'train/a/cut.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16));
    writeFileSync(join(folder, 'train/a/.DS_Store'), 'x');
    assert.equal(await identity({ damaged: 'skip' }), without);
  });

  it('may be links, but none that lead nowhere or back', async (t) => {
    const { folder, faults, found } = await folderOf(t, two);
    const elsewhere = await folderOf(t, { more: 3 });
    symlinkSync(join(elsewhere.folder, 'more'), join(folder, 'train/a/more'));
    symlinkSync(join(folder, 'train/b/0.png'), join(folder, 'train/b/again'));
    assert.equal(sizesOf(await found())[0], 12);
    symlinkSync('../../train', join(folder, 'train/a/round'));
    symlinkSync('self.png', join(folder, 'train/a/self.png'));
    symlinkSync('/nowhere/x.png', join(folder, 'train/b/broken.png'));
    assert.match(
      (await faults()).join(''),
      /train\/a\/self\.png is a link to <folder>\/train\/a\/self\.png, which leads back to itself; train\/a\/round is a link to .*\/train, which it lies in; train\/b\/broken\.png is a link to \/nowhere\/x\.png, which is not there\./,
    );
  });

  it('may not be readable: then no other folder for runs is advised', { skip: process.getuid?.() === 0 }, async (t) => {
    const { folder, faults } = await folderOf(t, two);
    chmodSync(join(folder, 'train/a/0.png'), 0);
    assert.match((await faults()).join(''), /a\/0\.png .* it cannot be read \(permission was denied\)\./);
    chmodSync(join(folder, 'train/b'), 0);
    const told = (await faults()).join('');
    chmodSync(join(folder, 'train/b'), 0o755);
    assert.match(told, /train\/b: Could not look into the folder: permission was denied\.\n {2}Allow reading it/);
  });
});
