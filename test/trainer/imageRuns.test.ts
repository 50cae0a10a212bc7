import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dataSchema } from '../../src/core/spec/spec.js';
import { clearCache } from '../../src/data/cache/cacheContents.js';
import { readLog } from '../../src/run/log/logTail.js';
import { picturesPath, readPictures } from '../../src/data/cache/pictures.js';
import { readRecord } from '../../src/run/runsFolder.js';
import { readRun } from '../../src/run/run.js';
import { requestStop } from '../../src/run/stop.js';
import { loadDataset } from '../../src/trainer/data/datasets.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { readingIn } from './data/reading.js';
import { writePictureFolder } from './data/pictureFolder.js';
import { trained, trainerRun } from './trainerRuns.js';
import { withRun } from '../../src/run/openedRun.js';

describe('a run on a folder of pictures', () => {
  it('tells the classes, keeps the pictures as evaluated, and says where it stands when stopped while decoding', async (test) => {
    const place = await temporaryFolder(test);
    await writePictureFolder(join(place, 'pictures'), { classes: ['left', 'right'], train: 12, test: 5 });
    const data = dataSchema.parse({ dataset: 'images', folder: join(place, 'pictures') });
    const folder = await trainerRun(join(place, 'runs'), {
      ...{ version: 1, role: 'baseline', name: 'baseline', seed: 0, data, distill: null, teachers: [] },
      model: {
        kind: 'convnet',
        channels: [2],
        hidden: [],
        input: { size: 12, interpolation: 'bicubic', mean: [0.5, 0.4, 0.3] },
      },
      train: { epochs: 2, batchSize: 6, augment: { crop: 1, flip: true } },
    });
    const { code, output } = await trained(folder);
    assert.equal(code, 0, output);
    const started = (await readLog(folder.log)).entries.find((entry) => entry.type === 'started');
    assert.deepEqual(started?.classes, ['left', 'right']);
    const path = picturesPath(join(place, 'runs'), started.pictures?.test ?? '');
    const kept = await readPictures(path, [0, 9]);
    const { test: evaluated } = await loadDataset(data, readingIn(place));
    assert.deepEqual(
      [...kept.pixels],
      [...evaluated.images.subarray(0, 192), ...evaluated.images.subarray(9 * 192, 10 * 192)],
    );

    // As if it had been killed before its last word: a finished run is left alone.
    const lines = readFileSync(folder.log, 'utf8').trimEnd().split('\n');
    assert.match(lines.pop() ?? '', /"finished"/);
    writeFileSync(folder.log, `${lines.join('\n')}\n`);
    await clearCache(join(place, 'runs'));
    await withRun(folder, requestStop);
    assert.equal((await trained(folder)).code, 0);
    const run = await readRun(folder);
    assert.ok(run.kind === 'run');
    assert.deepEqual([run.state.state, run.state.step], ['stopped', 8]);
  });

  it('warns that standardized logits of two classes teach nothing, once the data says that there are two', async (test) => {
    const place = await temporaryFolder(test);
    await writePictureFolder(join(place, 'pictures'), { classes: ['left', 'right'], train: 6, test: 2 });
    const common = {
      ...{ version: 1, seed: 0, data: { dataset: 'images', folder: join(place, 'pictures') }, teachers: [] },
      ...{ model: { kind: 'mlp', hidden: [3] }, train: { epochs: 1, batchSize: 6 } },
    };
    const runs = join(place, 'runs');
    const teacher = await trainerRun(runs, { ...common, role: 'teacher', name: 'teacher', distill: null });
    const { specHash } = await readRecord(teacher);
    for (const [folder, told] of [
      [teacher, false],
      [
        await trainerRun(
          runs,
          {
            ...{ ...common, role: 'student', name: 'student', teachers: [specHash] },
            distill: { loss: 'hinton', standardize: true, doubtfulTeacher: 'accept' },
          },
          { teachers: [teacher] },
        ),
        true,
      ],
    ] as const) {
      const { code, output } = await trained(folder);
      assert.equal(code, 0, output);
      const run = await readRun(folder);
      assert.ok(run.kind === 'run');
      assert.equal(
        run.state.warnings.some(({ code }) => code === 'experiment-standardize'),
        told,
      );
    }
  });
});
