import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deletionOf } from '../../src/host/runs/deletion.js';
import { distillSchema } from '../../src/core/spec/spec.js';
import { distillWords } from '../../src/core/spec/parts/distillWords.js';
import { metricsCsv, metricsJson } from '../../src/host/runs/exportTable.js';
import { panelHtml } from '../../src/host/runEditor/panelHtml.js';
import { RunWatch } from '../../src/host/tree/runWatch.js';
import { runningWords, statusText } from '../../src/host/training/statusWords.js';
import { family, listedRun } from './tree/listedRuns.js';

describe('the page of the panel', () => {
  const page = panelHtml({
    ...{ cspSource: 'https://x', script: 'https://x/"a".js', style: 'https://x/a.css' },
    ...{ nonce: 'NONCE', styleNonce: 'STYLE', opened: ['/w/"><script>alert(1)</script>'] },
  });

  it('allows nothing but its own script and style', () => {
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    assert.match(policy, /^default-src 'none'; script-src 'nonce-NONCE';/);
    // A worker is started from what the page has made itself, and from nothing else.
    assert.match(policy, /; worker-src blob:$/);
    assert.doesNotMatch(policy, /unsafe|\*|connect-src|frame-src/);
  });

  it('takes paths as data: one script, whatever a folder is called', () => {
    assert.equal(page.split('<script').length, 2);
    assert.match(page, /data-opened="\[&quot;/);
  });
});

describe('what is said before runs are deleted', () => {
  const runs = family();
  const among = Object.values(runs);

  it('warns when students that stay learned from what goes', () => {
    const { message, detail } = deletionOf([runs.teacher], { among });
    assert.match(message, /^Delete teacher · seed 0/);
    assert.match(detail, /1 student learned from it/);
    assert.equal(deletionOf([runs.teacher, runs.student], { among }).detail.includes('learned'), false);
    assert.equal(deletionOf([runs.baseline], { among }).detail, '');
  });

  it('refuses a run that is being trained', () => {
    const running = listedRun('x', { summary: { state: 'running' } });
    assert.throws(() => deletionOf([running], { among }), /is being trained/);
  });
});

describe('an export of test metrics', () => {
  const odd = listedRun('odd', {
    record: { experiment: { name: 'a "b", c\nd', file: null } },
    summary: { test: { n: 100, errors: 1, accuracy: 0.99, loss: NaN }, state: 'stopped' },
  });

  it('is CSV that keeps to its quotes, with nothing for what is missing', () => {
    const text = metricsCsv([odd, listedRun('plain', { summary: { test: null } })]);
    assert.match(text, /^id,experiment,role,/);
    assert.ok(text.includes('odd,"a ""b"", c\nd",student,student,20,0.9,0,stopped,3,3,100,1,0.99,,,60,'));
    assert.ok(text.includes('finished,3,3,,,,,,60,'));
    assert.ok(text.endsWith('\r\n'));
  });

  it('has the balanced accuracy beside the accuracy, as programs read it', () => {
    const test = { n: 100, errors: 5, accuracy: 0.95, balancedAccuracy: 0.5, loss: 0.2 };
    const runs = [listedRun('uneven', { summary: { test } }), odd];
    const [head = [], uneven = []] = metricsCsv(runs)
      .split('\r\n')
      .map((line) => line.split(','));
    const at = head.indexOf('test_balanced_accuracy');
    assert.deepEqual([head[at - 1], uneven[at - 1], uneven[at]], ['test_accuracy', '0.95', '0.5']);
    const rows = JSON.parse(metricsJson(runs)) as Record<string, unknown>[];
    assert.deepEqual(
      rows.map((row) => row['test_balanced_accuracy']),
      [0.5, null],
      'of runs from before it was kept there is none',
    );
  });

  it('is JSON with null for what is missing', () => {
    const [row] = JSON.parse(metricsJson([odd])) as Record<string, unknown>[];
    assert.equal(row?.['test_loss'], null);
    assert.equal(row['test_errors'], 1);
  });
});

describe('the status bar', () => {
  const running = listedRun('r', { summary: { state: 'running', fraction: 0.419 } });

  it('says what runs, how far it is, and what waits', () => {
    assert.equal(statusText({ running: [running], queued: 2 }), 'student 41 % · onnx/cpu · 2 queued');
    assert.equal(statusText({ running: [running, running], queued: 0 }), '2 runs 41 % · onnx/cpu');
    assert.equal(statusText({ running: [], queued: 1 }), '1 queued');
    assert.equal(statusText({ running: [], queued: 0 }), null);
  });

  it('says what it runs on, as soon as that is known', () => {
    const on = (engine: string | null): ReturnType<typeof listedRun> =>
      listedRun('r', { summary: { state: 'running', fraction: 0.419, engine } });
    assert.equal(statusText({ running: [on(null)], queued: 0 }), 'student 41 %');
    assert.equal(
      statusText({ running: [on('onnx/cpu'), on(null), on('tensorflow/gpu'), on('onnx/cpu')], queued: 0 }),
      '4 runs 41 % · onnx/cpu, tensorflow/gpu',
    );
    assert.match(runningWords(on('onnx/webgpu')), /seed 0: epoch 3\/3 · 41 % · onnx\/webgpu$/);
  });
});

describe('the watch on runs', () => {
  it('tells of each end once, and not of what had ended before it looked', () => {
    const watch = new RunWatch();
    const at = (state: 'running' | 'finished'): ReturnType<typeof listedRun> => listedRun('r', { summary: { state } });
    assert.deepEqual(watch.ended([listedRun('old'), at('running')]), []);
    const over = at('finished');
    assert.deepEqual(watch.ended([listedRun('old'), over]), [over]);
    assert.deepEqual(watch.ended([listedRun('old'), over]), []);
  });
});

describe('the words for a distillation', () => {
  const words = (distill: object): string => distillWords(distillSchema.parse(distill)).join(' ');

  it('name the loss only where it is not the usual one', () => {
    assert.equal(words({ loss: 'hinton', temperature: 20 }), 'T 20 α 0.9');
    assert.equal(words({ loss: 'dkd' }), 'dkd T 4 α 0.5');
    assert.deepEqual(distillWords(null), []);
  });

  it('tell what the temperature and the logits go through', () => {
    assert.equal(
      words({ loss: 'hinton', temperature: 8, temperatureEnd: 1, alpha: 1, standardize: true }),
      'T 8→1 α 1 standardized',
    );
  });
});
