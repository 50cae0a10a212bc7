import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ProblemError } from '../../../src/core/problem.js';
import { FileHashes } from '../../../src/node/files/fileHash.js';
import { encodeSafetensors, type StoredTensor } from '../../../src/node/safetensors/safetensors.js';
import { weightsHash } from '../../../src/data/weights/shardIndex.js';
import { readTensor, weightsTensors } from '../../../src/data/weights/weightsFile.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const tensor = (value: number): StoredTensor => ({ dtype: 'F32', shape: [1], data: Float32Array.of(value) });
const shard = (...values: readonly [string, number][]): Uint8Array =>
  encodeSafetensors(Object.fromEntries(values.map(([name, value]) => [name, tensor(value)])));

const first = 'model-00001-of-00002.safetensors';
const second = 'model-00002-of-00002.safetensors';

/** An index and its two shards. */
function fill(folder: string, map: Record<string, string> = { a: first, b: second }): string {
  writeFileSync(join(folder, first), shard(['a', 1]));
  writeFileSync(join(folder, second), shard(['b', 2]));
  const index = join(folder, 'model.safetensors.index.json');
  writeFileSync(index, JSON.stringify({ metadata: { total_size: 8 }, weight_map: map }));
  return index;
}

const hashOf = (path: string): Promise<string> => new FileHashes().of(path);

const refused = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ProblemError, String(error));
  assert.equal(error.problem.code, code);
  assert.match(error.problem.message, message);
  return true;
};

describe('weights in several files', () => {
  it('are read from all of them by their index', async (t) => {
    const tensors = await weightsTensors(fill(await temporaryFolder(t)));
    const values = await Promise.all(
      tensors.map(async (each) => [each.name, ...Array.from((await readTensor(each)).data, Number)]),
    );
    assert.deepEqual(values.sort(), [
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('are known by the contents of all of them, wherever they lie', async (t) => {
    const folder = await temporaryFolder(t);
    const [here, there] = ['here', 'there'].map((name) => join(folder, name));
    assert.ok(here !== undefined && there !== undefined);
    mkdirSync(here);
    mkdirSync(there);
    const index = fill(there);
    const known = await weightsHash(fill(here), hashOf);
    assert.equal(await weightsHash(index, hashOf), known);
    writeFileSync(join(there, second), shard(['b', 3]));
    assert.notEqual(await weightsHash(index, hashOf), known);
  });

  it('in one file are known by its own hash, as they were before', async (t) => {
    const file = join(await temporaryFolder(t), 'w.safetensors');
    writeFileSync(file, shard(['a', 1]));
    assert.equal(await weightsHash(file, hashOf), await hashOf(file));
  });

  it('are refused where one is missing, which is named', async (t) => {
    const folder = await temporaryFolder(t);
    const index = fill(folder);
    rmSync(join(folder, second));
    const missing = refused(
      'weights-shard-missing',
      /names 2 files of weights\. Missing beside it: model-00002-of-00002\.safetensors\.$/,
    );
    await assert.rejects(weightsTensors(index), missing);
    await assert.rejects(weightsHash(index, hashOf), missing);
  });

  it('are refused where the index leads out of its folder', async (t) => {
    for (const name of ['../w.safetensors', '/etc/passwd', 'C:\\w.safetensors', 'a/../../w.safetensors', '..', '']) {
      const index = fill(await temporaryFolder(t), { a: name });
      await assert.rejects(weightsTensors(index), refused('weights-index', /not one in its own folder/), name);
    }
  });

  it('are refused where a tensor is not in the file that the index says', async (t) => {
    const index = fill(await temporaryFolder(t), { a: first, c: second });
    await assert.rejects(weightsTensors(index), refused('weights-index', /`c` is in model-00002/));
  });

  it('of one name are those that the index names', async (t) => {
    const folder = await temporaryFolder(t);
    const index = fill(folder);
    writeFileSync(join(folder, second), shard(['a', 9], ['b', 2]));
    const tensors = await weightsTensors(index);
    assert.deepEqual(tensors.map(({ name, file }) => [name, file]).sort(), [
      ['a', join(folder, first)],
      ['b', join(folder, second)],
    ]);
  });
});
