import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { writeAnswers, type AnswerKind } from '../../src/data/cache/answers.js';
import { cachedByKind, cachedFiles } from '../../src/data/cache/cacheContents.js';
import { cacheFolder } from '../../src/run/cacheFolder.js';
import { listRuns } from '../../src/run/runsFolder.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery } from './command.js';
import { runsIn } from './storedRun.js';
import { tiny } from './tiny.js';
import { inFolder } from '../run/opened.js';

describe('distillery cache', () => {
  it('shows what runs share, and deletes it when asked to; runs stay', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    assert.match((await distillery(['cache'], { cwd })).stderr, /^Nothing is cached in /);
    await distillery(['run', 'a.distill.json', '--only', 'baseline'], { cwd });

    const shown = await distillery(['cache'], { cwd });
    assert.match(
      shown.stdout,
      /pictures-[0-9a-f]{16}\.safetensors +79 kB {2}test, 100 pictures of mnist, for the panel: 28×28, grey$/m,
    );
    assert.equal(shown.stderr, '1 file, 79 kB.\n');
    const cleared = await distillery(['cache', '--clear'], { cwd });
    assert.equal(cleared.stderr, 'Deleted 1 file, 79 kB.\n');
    assert.equal(existsSync(cacheFolder(runsIn(cwd))), false);
    assert.equal((await listRuns(runsIn(cwd))).length, 1);
  });

  it('says of each file whose answers it holds and how many, as JSON too, and of a damaged one why not', async (t) => {
    const cwd = await temporaryFolder(t);
    const folder = cacheFolder(runsIn(cwd));
    mkdirSync(folder, { recursive: true });
    const answers = async (kind: AnswerKind, name: string, first: number): Promise<void> => {
      const about = { kind, key: 'k', what: `${kind} of teacher, train`, first };
      const rows = { n: 3, width: 4, pieces: [new Float32Array(12)] };
      await inFolder(join(folder, name), (file) => writeAnswers(file, about, rows));
    };
    await answers('features', 'features-0123456789abcdef.safetensors', 0);
    await answers('logits', 'logits-0123456789abcdef.part-2-3.safetensors', 2);
    writeFileSync(join(folder, 'logits-cut.safetensors'), 'short');

    const { stdout } = await distillery(['cache'], { cwd });
    assert.match(stdout, /^\S*features-\S+ +\d+ B {2}features of teacher, train: 3 × 4$/m);
    assert.match(stdout, /^\S*part-2-3\S+ +\d+ B {2}logits of teacher, train: 3 × 4 from 3 on, not whole yet$/m);
    assert.match(stdout, /^\S*logits-cut\S+ +5 B {2}\S.*$/m);
    const json = z
      .array(z.object({ contents: z.looseObject({ kind: z.string() }) }))
      .parse(JSON.parse((await distillery(['cache', '--json'], { cwd })).stdout));
    assert.deepEqual(
      json.map(({ contents }) => contents.kind),
      ['features', 'logits', 'unknown'],
    );
    assert.deepEqual(json[0]?.contents, {
      kind: 'features',
      what: 'features of teacher, train',
      rows: 3,
      width: 4,
      first: 0,
    });
    assert.deepEqual(
      cachedByKind(await cachedFiles(runsIn(cwd)))
        .map(({ kind, files }) => `${kind} ${files}`)
        .sort(),
      ['features 1', 'logits 1', 'unknown 1'],
    );
  });
});
