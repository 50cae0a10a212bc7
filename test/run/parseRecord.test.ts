import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { ProblemError, type Problem } from '../../src/core/problem.js';
import { parseExperiment } from '../../src/core/spec/experiment/experimentFile.js';
import { withValue } from '../../src/core/spec/settings/setting.js';
import { parseCheckpointText, headSchema } from '../../src/run/checkpoint/checkpointHead.js';
import type { RunFolder } from '../../src/run/folder.js';
import { parseRecord } from '../../src/run/parseRecord.js';
import { readMovedRecord } from '../../src/run/experiment/relocate.js';
import { readRun } from '../../src/run/run.js';
import { RunsIndex } from '../../src/serve/runsIndex.js';
import { sampleDraft, sampleRecord, startedEntry } from './sample.js';
import { temporaryFolder } from './temporaryFolder.js';
import { madeRun } from './opened.js';

const place = { file: 'run.json' };
const written = (change: Readonly<Record<string, unknown>>): unknown =>
  Object.entries(change).reduce<unknown>(
    (value, [path, set]) => withValue(value, path.split('.'), set),
    JSON.parse(JSON.stringify(sampleRecord({ versions: { distillery: '0.3.0' } }))),
  );

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  return assert.fail('no problem');
}

async function runWith(t: TestContext, change: Readonly<Record<string, unknown>>): Promise<RunFolder> {
  const { folder } = await madeRun(await temporaryFolder(t), sampleDraft());
  const record: unknown = JSON.parse(readFileSync(folder.record, 'utf8'));
  const value = Object.entries(change).reduce((into, [path, set]) => withValue(into, path.split('.'), set), record);
  writeFileSync(folder.record, JSON.stringify(value));
  return folder;
}

describe('a record of a newer build', () => {
  it('is read with keys that nobody knows, wherever they are, and says which were passed over', () => {
    const { record, passedOver } = parseRecord(
      written({ 'spec.train.average': 0.99, 'spec.model.skip': [1], 'execution.niceness': 5, note: 'x' }),
      place,
    );
    assert.deepEqual(record, sampleRecord({ versions: { distillery: '0.3.0' } }));
    assert.equal(passedOver?.code, 'run-newer');
    assert.match(
      passedOver.message,
      /^This run was written by a newer Distillery \(version 0\.3\.0\): `spec\.model\.skip`, `spec\.train\.average` are not known here/,
    );
  });

  it('does no harm by keys outside its spec', () => {
    assert.equal(parseRecord(written({ 'execution.niceness': 5, note: 'x' }), place).passedOver, null);
  });

  const refusals: readonly [change: Readonly<Record<string, unknown>>, because: string][] = [
    [{ version: 2 }, 'its format has version 2, known is 1'],
    [{ needs: ['sparse-logits'] }, 'it needs `sparse-logits`'],
    [{ 'spec.model': { kind: 'convnext', depth: 3 } }, '`spec.model.kind` is "convnext", which is not known here'],
    [{ 'spec.distill.loss': 'rkd' }, '`spec.distill.loss` is "rkd", which is not known here'],
    [{ 'execution.engine': 'onnx/qnn' }, '`execution.engine` is "onnx/qnn", which is not known here'],
  ];
  for (const [change, because] of refusals) {
    it(`is refused as newer, not as damaged: ${because}`, () => {
      assert.deepEqual(
        problemOf(() => parseRecord(written(change), place)),
        {
          code: 'run-newer',
          message: `This run was written by a newer Distillery (version 0.3.0): ${because}.`,
          fix: 'Update Distillery. Nothing is wrong with what is stored.',
          place,
        },
      );
    });
  }

  it('is never answered with an advice to delete, whatever is in it', () => {
    const keys = fc.constantFrom('version', 'needs', 'spec', 'spec.model', 'spec.train.epochs', 'id', 'created', 'git');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue(), { maxKeys: 3 }), (change) => {
        try {
          parseRecord(written(change), place);
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
          assert.doesNotMatch(`${error.problem.message} ${error.problem.fix}`, /delete|train again/i);
        }
      }),
    );
  });

  it('can be looked at in a list, and is neither trained nor learned from', async (t) => {
    const folder = await runWith(t, { 'spec.train.average': 0.99 });
    const run = await readRun(folder);
    assert.deepEqual(run.kind === 'run' && [run.state.state, run.logProblems.length], ['waiting', 1]);
    const index = new RunsIndex({ folders: [dirname(folder.path)] });
    t.after(() => index.dispose());
    await index.start();
    assert.equal(index.find(folder.path)?.kind, 'run');
    await assert.rejects(readMovedRecord(folder), (error: unknown) => {
      return error instanceof ProblemError && error.problem.code === 'run-newer';
    });
    assert.match(readFileSync(folder.record, 'utf8'), /"average":0\.99/);
  });
});

describe('other files of a newer build', () => {
  it('a log is told as newer where its trainer says that it must be understood', async (t) => {
    for (const change of [{ version: 2 }, { needs: ['gaps'] }]) {
      const folder = await runWith(t, {});
      appendFileSync(folder.log, `${JSON.stringify({ ...startedEntry(), ...change, host: { name: 'x' } })}\n`);
      const run = await readRun(folder);
      assert.equal(run.kind === 'damaged' ? run.problem.code : run.state.state, 'run-newer');
    }
  });

  it('a log is read where there is only more in it', async (t) => {
    const folder = await runWith(t, {});
    appendFileSync(folder.log, `${JSON.stringify({ ...startedEntry(), fence: 7 })}\n{"type":"rested","time":1}\n`);
    const run = await readRun(folder);
    assert.equal(run.kind === 'run' && run.logProblems.length, 0);
  });

  it('a checkpoint is told as newer', () => {
    const text = JSON.stringify({ version: 2, specHash: 'x', step: 'elsewhere' });
    assert.equal(problemOf(() => parseCheckpointText(headSchema, text, 'c.safetensors')).code, 'run-newer');
  });

  it('an experiment is told as newer, and nothing else of it', () => {
    const { problems } = parseExperiment('{ "version": 2, "name": 7, "pupil": {} }');
    assert.deepEqual(
      problems.map(({ code, message }) => [code, message]),
      [
        [
          'experiment-newer',
          'This experiment was written for a newer Distillery: its format has version 2, known is 1.',
        ],
      ],
    );
  });
});

it('what is damaged is told as damaged', () => {
  const problem = problemOf(() => parseRecord(written({ id: 7 }), place));
  assert.equal(problem.code, 'run-damaged');
});
