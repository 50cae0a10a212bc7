import assert from 'node:assert/strict';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { dataSchema, type DataSpec } from '../../../src/core/datasets/datasets.js';
import { planOf } from '../../../src/data/experiment/experimentPlan.js';
import { ExperimentHomes } from '../../../src/run/experiment/experimentHome.js';
import { linkExperiment } from '../../../src/run/experiment/experimentLinks.js';
import { relativePlace } from '../../../src/node/files/relativePlace.js';
import { readMovedRecord } from '../../../src/run/experiment/relocate.js';
import type { RunRecord } from '../../../src/run/record.js';
import { readRecord } from '../../../src/run/runsFolder.js';
import { runFolder, type RunFolder } from '../../../src/run/folder.js';
import { RunsIndex } from '../../../src/serve/runsIndex.js';
import { smallText } from '../../core/spec/experiment/experimentFiles.js';
import { sampleDraft, sampleSpec } from '../sample.js';
import { temporaryFolder } from '../temporaryFolder.js';
import { madeRun } from '../opened.js';

/** A folder with an experiment `sub/a.distill.json` and a run of its teacher. */
async function project(
  t: TestContext,
  { isOld = false }: { isOld?: boolean } = {},
): Promise<{ root: string; file: string; run: RunFolder; record: RunRecord }> {
  const root = join(await temporaryFolder(t), 'project');
  const file = join(root, 'sub', 'a.distill.json');
  const text = smallText({});
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  const runsDir = join(root, '.distillery', 'runs');
  const { experiment, plan } = planOf({ file, text, only: [] });
  const [teacher] = plan;
  assert.ok(teacher !== undefined);
  const place = { name: experiment.name, file, ...(isOld ? {} : { relative: relativePlace(runsDir, file) }) };
  const { spec, specHash } = teacher;
  const { folder, record } = await madeRun(runsDir, sampleDraft({ spec, specHash, experiment: place }));
  return { root, file, run: folder, record };
}

const homeIn = (root: string, record: RunRecord, known: readonly string[] = []): Promise<string | null> =>
  new ExperimentHomes({ known }).of({ record, runsDir: join(root, '.distillery', 'runs') });

const inside = (root: string): string => join(root, 'sub', 'a.distill.json');

describe('the experiment of a run', () => {
  it('is where it was recorded', async (t) => {
    const { root, record, file } = await project(t);
    assert.equal(await homeIn(root, record), file);
  });

  for (const isOld of [false, true]) {
    const which = isOld ? 'that recorded no relative path' : 'that recorded its relative path';
    it(`is found after the whole folder was moved, by a run ${which}`, async (t) => {
      const { root, record } = await project(t, { isOld });
      const moved = `${root}-moved`;
      await rename(root, moved);
      assert.equal(await homeIn(moved, record), inside(moved));
    });

    it(`is the one of its own folder where there is a copy, by a run ${which}`, async (t) => {
      const { root, record } = await project(t, { isOld });
      const copy = `${root}-copy`;
      await cp(root, copy, { recursive: true });
      assert.equal(await homeIn(root, record), inside(root));
      assert.equal(await homeIn(copy, record), inside(copy));
    });
  }

  it('is not another of the same file name in its folder', async (t) => {
    const { root, record, file } = await project(t, { isOld: true });
    await rm(file);
    await writeFile(join(root, 'a.distill.json'), smallText({ name: 'other' }));
    assert.equal(await homeIn(root, record), null);
  });

  it('is the one that asks for this very run, or has both its names, where it was moved alone', async (t) => {
    const { root, record, file } = await project(t);
    const renamed = join(root, 'b.distill.json');
    await rename(file, renamed);
    const other = join(root, 'c.distill.json');
    await writeFile(other, smallText({ name: 'other', seeds: [99] }));
    assert.equal(await homeIn(root, record, [other, renamed]), renamed);
    // Edited since, it asks for other runs: then its names count.
    const edited = join(root, 'new', 'a.distill.json');
    await mkdir(dirname(edited));
    await writeFile(edited, smallText({ seeds: [98] }));
    assert.equal(await homeIn(root, record, [other, edited]), edited);
    assert.equal(await homeIn(root, record, [other]), null);
  });

  it('is the one that a person has located, before all others', async (t) => {
    const { root, record, file } = await project(t);
    const located = join(root, 'anything.distill.json');
    await writeFile(located, smallText({ name: 'anything' }));
    const runsDir = join(root, '.distillery', 'runs');
    await linkExperiment(runsDir, { experiment: record.experiment, file: located });
    assert.equal(await homeIn(root, record), located);
    // A link is as good as what it leads to.
    await rm(located);
    assert.equal(await homeIn(root, record), file);
  });

  it('is told by the list of runs, and anew once it comes back', async (t) => {
    const { root, run, file } = await project(t);
    const moved = `${root}-moved`;
    await rename(root, moved);
    await rename(inside(moved), join(moved, 'away'));
    const index = new RunsIndex({ folders: [join(moved, '.distillery', 'runs')] });
    t.after(() => index.dispose());
    await index.start();
    const homes = (): (string | null)[] => index.runs.map((each) => (each.kind === 'run' ? each.experimentFile : ''));
    assert.deepEqual(homes(), [null]);
    await rename(join(moved, 'away'), inside(moved));
    await index.refresh();
    assert.deepEqual(homes(), [inside(moved)]);
    assert.equal((await readRecord(runFolder(join(moved, '.distillery/runs', run.id)))).experiment.file, file);
  });
});

const folderOf = ({ spec }: RunRecord): string => (spec.data.dataset === 'images' ? spec.data.folder : '');

/** Puts data into the record of a run, and other things where they are given. */
async function writeRecordOf(
  run: RunFolder,
  { data, ...more }: { data: DataSpec; experiment?: RunRecord['experiment'] },
): Promise<void> {
  await writeFile(run.record, JSON.stringify({ ...(await readRecord(run)), ...more, spec: sampleSpec({ data }) }));
}

describe('what a run names on the disk', () => {
  it('is found beside its experiment where both were moved, for its trainer to go on', async (t) => {
    const { root, run, file } = await project(t);
    const pictures = join(root, 'pictures');
    await mkdir(pictures);
    await writeRecordOf(run, { data: dataSchema.parse({ dataset: 'images', folder: pictures }) });
    assert.equal(folderOf(await readMovedRecord(run)), pictures);
    const moved = `${root}-moved`;
    await rename(root, moved);
    const there = await readMovedRecord(runFolder(join(moved, '.distillery/runs', run.id)));
    assert.equal(folderOf(there), join(moved, 'pictures'));
    assert.equal(there.experiment.file, inside(moved));
    // What is there again is another copy, and no business of this one.
    await mkdir(pictures, { recursive: true });
    await cp(join(moved, 'sub'), join(root, 'sub'), { recursive: true });
    const copied = runFolder(join(moved, '.distillery/runs', run.id));
    assert.equal(folderOf(await readMovedRecord(copied)), join(moved, 'pictures'));
    await rm(join(moved, 'pictures'), { recursive: true });
    assert.equal(folderOf(await readMovedRecord(copied)), pictures, 'this one has none of its own');
    assert.equal(file, inside(root));
  });

  it('stays where it is if it lies outside the folder that was moved, whatever lies beside the new place', async (t) => {
    const { root, run } = await project(t);
    const shared = join(root, '..', 'shared');
    await mkdir(shared);
    await writeRecordOf(run, { data: dataSchema.parse({ dataset: 'images', folder: shared }) });
    const moved = join(root, '..', 'deeper', 'project');
    await mkdir(join(moved, '..', 'shared'), { recursive: true });
    await rename(root, moved);
    const there = runFolder(join(moved, '.distillery/runs', run.id));
    assert.equal(folderOf(await readMovedRecord(there)), shared);
    await rm(shared, { recursive: true });
    assert.equal(folderOf(await readMovedRecord(there)), join(moved, '..', 'shared'));
  });

  it('is found by a machine of another system than the one that recorded it', async (t) => {
    const { root, run } = await project(t);
    await mkdir(join(root, 'pictures'));
    const { experiment } = await readRecord(run);
    await writeRecordOf(run, {
      data: dataSchema.parse({ dataset: 'images', folder: 'C:\\work\\project\\pictures' }),
      experiment: { ...experiment, file: 'C:\\work\\project\\sub\\a.distill.json' },
    });
    assert.equal(folderOf(await readMovedRecord(run)), join(root, 'pictures'));
  });
});
