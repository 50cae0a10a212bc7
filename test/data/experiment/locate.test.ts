import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseExperiment } from '../../../src/core/spec/experiment/experimentFile.js';
import { planRuns } from '../../../src/core/spec/plan.js';
import { putPicture } from '../imageFolder/putPicture.js';
import { FileHashes } from '../../../src/node/files/fileHash.js';
import { sha256 } from '../../../src/node/files/hash.js';
import { locateExperiment, missingPlaces } from '../../../src/data/experiment/locate.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const text = `{
  "name": "a",
  "data": { "dataset": "idx", "train": { "images": "d/a", "labels": "d/b" }, "test": { "images": "d/c", "labels": "d/d" } },
  "teacher": [
    { "model": { "kind": "onnx", "file": "t.onnx" } },
    { "model": { "kind": "resnet" }, "weights": "w.safetensors", "trainable": "head" }
  ],
  "student": { "model": { "kind": "mlp" } },
  "sweep": { "student.weights": [null, "s.safetensors"] }
}`;

function experimentOf(source: string) {
  const { experiment, problems } = parseExperiment(source);
  assert.deepEqual(problems, []);
  assert.ok(experiment !== null);
  return experiment;
}

/** A folder with the experiment and all that it names. */
function fill(folder: string): void {
  mkdirSync(join(folder, 'd'), { recursive: true });
  for (const name of ['d/a', 'd/b', 'd/c', 'd/d', 't.onnx', 'w.safetensors', 's.safetensors']) {
    writeFileSync(join(folder, name), `contents of ${name}`);
  }
}

async function hashesIn(folder: string): Promise<string[]> {
  const options = { text, file: join(folder, 'a.distill.json'), hashes: new FileHashes() };
  const { experiment, problems } = await locateExperiment(experimentOf(text), options);
  assert.deepEqual(problems, []);
  assert.ok(experiment !== null);
  return planRuns(experiment, { sha256 }).map(({ specHash }) => specHash);
}

describe('what an experiment names on the disk', () => {
  it('becomes absolute and is known by its contents: a plan does not depend on places', async (t) => {
    const folder = await temporaryFolder(t);
    const here = join(folder, 'here');
    fill(here);
    const hashes = await hashesIn(here);
    assert.equal(new Set(hashes).size, 6, '2 teachers, 2 baselines, 2 students');
    const there = join(folder, 'there');
    cpSync(here, there, { recursive: true });
    assert.deepEqual(await hashesIn(there), hashes);

    const changed = async (name: string): Promise<number> => {
      fill(there);
      writeFileSync(join(there, name), 'something else');
      const now = await hashesIn(there);
      return now.filter((hash, index) => hash !== hashes[index]).length;
    };
    assert.equal(await changed('d/c'), 6, 'all runs are on the data set');
    assert.equal(await changed('w.safetensors'), 3, 'one teacher, and the students of it');
    assert.equal(await changed('t.onnx'), 3);
    assert.equal(await changed('s.safetensors'), 2, 'one baseline and one student');
  });

  it('is told at its place in the text where it is missing, or a folder', async (t) => {
    const folder = await temporaryFolder(t);
    fill(folder);
    for (const name of ['d/b', 't.onnx', 'w.safetensors', 's.safetensors']) {
      renameSync(join(folder, name), join(folder, `${name}.away`));
    }
    mkdirSync(join(folder, 'w.safetensors'));
    const options = { text, file: join(folder, 'a.distill.json') };
    const problems = await missingPlaces(options);
    assert.deepEqual(
      problems.map(({ code, place, range }) => [
        code,
        place.line,
        place.path,
        text.slice(range.offset, range.offset + range.length),
      ]),
      [
        ['file-missing', 3, 'data.train.labels', '"d/b"'],
        ['file-missing', 5, 'teacher[0].model.file', '"t.onnx"'],
        ['not-a-file', 6, 'teacher[1].weights', '"w.safetensors"'],
        ['file-missing', 9, 'sweep["student.weights"][1]', '"s.safetensors"'],
      ],
    );
    const { located, ...found } = await locateExperiment(experimentOf(text), { ...options, hashes: new FileHashes() });
    assert.deepEqual(found, { experiment: null, problems });
    assert.equal(located.teachers[0]?.model.kind === 'onnx' && located.teachers[0].model.file, join(folder, 't.onnx'));
  });

  it('is told where it is missing though nothing else is right', async (t) => {
    const folder = await temporaryFolder(t);
    const wrong = `{
      "data": { "dataset": "pictures", "folder": "p", "train": "t" }, "teacher": { "weights": "w" },
      "student": { "weights": 3, "model": { "kind": "onx", "file": "f" } }, "distill": { "alpha": 9 },
      "sweep": { "student.model": [{ "file": "g" }, 7], "student.model.classes": ["c", []], "student": "h", "x": ["y"] }
    }`;
    const places = async (text: string): Promise<(string | undefined)[]> =>
      (await missingPlaces({ text, file: join(folder, 'a.distill.json') })).map(({ place }) => place.path);
    assert.deepEqual(await places(wrong), [
      'data.folder',
      'teacher.weights',
      'student.model.file',
      'sweep["student.model"][0].file',
      'sweep["student.model.classes"][0]',
    ]);
    for (const text of ['', '[]', '{ "data": ', '{ "teacher": [null, 3], "sweep": { "student.weights": [null] } }']) {
      assert.deepEqual(await places(text), []);
    }
  });

  it('is told to be the file inside where weights are a folder with one, as a model is downloaded', async (t) => {
    const folder = await temporaryFolder(t);
    fill(folder);
    renameSync(join(folder, 's.safetensors'), join(folder, 's.away'));
    mkdirSync(join(folder, 's.safetensors'));
    const fixes = async (): Promise<(string | undefined)[]> => {
      const problems = await missingPlaces({ text, file: join(folder, 'a.distill.json') });
      return problems.map(({ fix }) => fix);
    };
    writeFileSync(join(folder, 's.safetensors/model.safetensors'), '');
    assert.deepEqual(await fixes(), ['Name the file in it: `s.safetensors/model.safetensors`.']);
    writeFileSync(join(folder, 's.safetensors/model.safetensors.index.json'), '{}');
    assert.deepEqual(await fixes(), ['Name the file in it: `s.safetensors/model.safetensors.index.json`.']);
    writeFileSync(join(folder, 's.safetensors/another.safetensors.index.json'), '{}');
    assert.match((await fixes())[0] ?? '', /correct the path/);
  });

  it('is another folder of pictures when a picture is added, replaced by one of another size, or renamed', async (t) => {
    const folder = await temporaryFolder(t);
    const images = `{ "name": "a", "data": { "dataset": "images", "folder": "p" }, "teacher": { "model": { "kind": "mlp" } }, "student": { "model": { "kind": "mlp" } } }`;
    for (const name of ['train/cat', 'train/dog', 'test/cat']) putPicture(join(folder, 'p', name, '0.png'));
    const picture = join(folder, 'p/train/cat/1.png');
    const contents = async (): Promise<string | undefined> => {
      const options = { text: images, file: join(folder, 'a.distill.json'), hashes: new FileHashes() };
      const { experiment } = await locateExperiment(experimentOf(images), options);
      return experiment?.data.contents;
    };
    putPicture(picture);
    const seen = [await contents()];
    putPicture(picture, { bytes: 1 });
    seen.push(await contents());
    putPicture(join(folder, 'p/train/cat/2.png'));
    seen.push(await contents());
    renameSync(picture, join(folder, 'p/train/cat/3.png'));
    seen.push(await contents());
    assert.equal(new Set(seen).size, 4);
    assert.match(seen[0] ?? '', /^[0-9a-f]{64}$/);
    writeFileSync(join(folder, 'p/notes.txt'), 'no picture');
    assert.equal(await contents(), seen[3]);
  });

  it('is not what a written hash says', async (t) => {
    const folder = await temporaryFolder(t);
    fill(folder);
    const pinned = text.replace('"file": "t.onnx"', `"file": "t.onnx", "sha256": "${'0'.repeat(64)}"`);
    const options = { text: pinned, file: join(folder, 'a.distill.json'), hashes: new FileHashes() };
    const { experiment, problems } = await locateExperiment(experimentOf(pinned), options);
    assert.equal(experiment, null);
    assert.deepEqual(
      problems.map(({ code, place }) => [code, place.path]),
      [['onnx-changed', 'teacher[0].model.file']],
    );
  });

  it('is read once, and anew when it has changed; reading can be stopped', async (t) => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'f');
    writeFileSync(file, 'abc');
    const hashes = new FileHashes();
    assert.equal(await hashes.of(file), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    let reads = 0;
    await hashes.of(file, { onBytes: () => reads++ });
    assert.equal(reads, 0);
    writeFileSync(file, 'abcd');
    assert.equal(await hashes.of(file), sha256('abcd'));
    writeFileSync(file, 'abcde');
    await assert.rejects(hashes.of(file, { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
    assert.equal(await hashes.of(file), sha256('abcde'));
  });
});
