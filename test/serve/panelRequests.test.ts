import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { picturesName, picturesPath } from '../../src/data/cache/pictures.js';
import { finishedRun, runsIn, storedRun } from '../cli/storedRun.js';
import { epochEntry, sampleSpec, startedEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { eventually, opened } from './panel.js';
import { storePictures } from '../run/opened.js';

/** Protects what a page may ask and order: answers, refusals with their reasons, and nothing beyond the runs it shows. */
describe('PanelServer, asked by a panel', () => {
  it('answers for logits that were stored, and refuses others by what is wrong', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [3] });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.all('caughtUp').length === 1);
    const place = { name: 'logits', run: run.path, split: 'test' } as const;
    const answer = await panel.ask({ ...place, epoch: 3 });
    assert.ok(answer.type === 'answer' && answer.name === 'logits');
    assert.deepEqual([...answer.answer.logits.slice(4, 10)], [1, 0, 1, 0, 1, 0]);
    assert.equal(answer.answer.labels[3], 1);
    const codes = [];
    for (const wrong of [{ epoch: 9 }, { epoch: 3, run: '/elsewhere' }, { epoch: 3, split: 'validation' }]) {
      const refused = await panel.ask({ ...place, ...wrong });
      codes.push(refused.type === 'refusal' ? refused.problem.code : 'answered');
    }
    assert.deepEqual(codes, ['no-such-epoch', 'run-not-shown', 'no-such-epoch']);
  });

  it('answers with the nearest epoch whose logits are kept, and says which; refuses one that is damaged', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [3] });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.all('caughtUp').length === 1);
    const ask = { name: 'logits', run: run.path, split: 'test', epoch: 1 } as const;
    const found = await panel.ask(ask);
    assert.equal(found.type === 'answer' && found.name === 'logits' && found.answer.epoch, 3);
    await writeFile(join(run.path, 'logits', 'test-2.safetensors'), 'half');
    const refused = await panel.ask(ask);
    assert.equal(refused.type === 'refusal' && refused.problem.code, 'logits-damaged');
    await rm(join(run.path, 'logits'), { recursive: true });
    const none = await panel.ask(ask);
    assert.equal(none.type === 'refusal' && none.problem.code, 'file-missing');
  });

  it('reads no file outside the run folder, whatever the log names', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const entries = [startedEntry(), epochEntry(1, { logits: { test: '../../../../etc/hostname' } })];
    const run = await storedRun(runs, { entries });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.epochs(run.path).length === 1);
    const refused = await panel.ask({ name: 'logits', run: run.path, split: 'test', epoch: 1 });
    assert.equal(refused.type === 'refusal' && refused.problem.code, 'no-such-epoch');
  });

  it('answers for pictures that were kept, also by a later run on the same data, and says where there are none', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.all('caughtUp').length === 1);
    const ask = { name: 'pictures', run: run.path, split: 'test', indices: [2, 0] } as const;
    const refused = await panel.ask(ask);
    assert.equal(refused.type === 'refusal' && refused.problem.code, 'pictures-missing');
    const path = picturesPath(runs, picturesName(runs, { data: sampleSpec().data, split: 'test' }));
    const pixels = Uint8Array.from({ length: 3 * 4 }, (_, index) => index);
    await storePictures(path, { n: 3, height: 2, width: 2, channels: 1, pixels });
    const { answer } = await panel.ask(ask).then((found) => (found.type === 'answer' ? found : { answer: null }));
    assert.deepEqual(answer, {
      count: 2,
      height: 2,
      width: 2,
      channels: 1,
      pixels: Uint8Array.of(8, 9, 10, 11, 0, 1, 2, 3),
    });
  });

  it('lists what lies in the folder, with the end of the output', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    await writeFile(run.trainerLog, Array.from({ length: 500 }, (_, line) => `line ${line}`).join('\n'));
    const panel = await opened(t, [run.path]);
    const answer = await panel.ask({ name: 'folder', run: run.path });
    assert.ok(answer.type === 'answer' && answer.name === 'folder');
    const { files, output } = answer.answer;
    assert.deepEqual(
      files.map(({ name }) => name),
      ['log.jsonl', 'logits/test-3.safetensors', 'run.json', 'trainer.log'],
    );
    const record = await readFile(run.record);
    assert.equal(files[2]?.bytes, record.length);
    assert.ok(output.startsWith('line 300\n') && output.endsWith('line 499'), output.slice(0, 20));
  });

  it('passes on commands for the runs it shows, and reports what is no message', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    const panel = await opened(t, [run.path]);
    panel.server.receive({ type: 'command', command: 'stop', run: run.path });
    panel.server.receive({ type: 'command', command: 'stop', run: '/elsewhere' });
    panel.server.receive({ type: 'command', command: 'erase', run: run.path });
    panel.server.receive({ type: 'command', command: 'save', name: '../x', format: 'csv', bytes: new Uint8Array() });
    panel.server.receive(null);
    panel.server.receive({ type: 'ready', version: 99 });
    assert.deepEqual(panel.commands, [{ command: 'stop', run: run.path }]);
    assert.deepEqual(
      panel.problems.map(({ code }) => code),
      ['run-not-shown', 'panel-message', 'panel-message', 'panel-message', 'panel-version'],
    );
  });

  it('refuses a request that makes no sense under its number, so that nobody waits for it', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    const panel = await opened(t, [run.path]);
    panel.server.receive({ type: 'request', id: 7, name: 'secrets', run: run.path });
    panel.server.receive({ type: 'request', id: 8, name: 'logits', run: run.path, split: 'test', epoch: 'last' });
    assert.deepEqual(
      panel.all('refusal').map(({ id, problem }) => [id, problem.code]),
      [
        [7, 'panel-message'],
        [8, 'panel-message'],
      ],
    );
  });

  it('lets nobody stop or resume a run where nothing may be run', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    const panel = await opened(t, [run.path]);
    panel.server.setMayRun(false);
    for (const command of ['stop', 'resume', 'openJson'] as const) {
      panel.server.receive({ type: 'command', command, run: run.path });
    }
    assert.deepEqual(panel.commands, [{ command: 'openJson', run: run.path }]);
    assert.deepEqual(
      panel.problems.map(({ code }) => code),
      ['not-trusted', 'not-trusted'],
    );
    assert.equal(panel.all('runs').at(-1)?.mayRun, false);
  });
});
