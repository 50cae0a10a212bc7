import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunKey } from '../../../../src/panel/protocol.js';
import type { StepColumnName } from '../../../../src/run/log/steps.js';
import { Curves } from '../../../../webview/curveData.js';
import { curvesCsv } from '../../../../webview/curves/curvesCsv.js';
import { readingsAt } from '../../../../webview/curves/stage/readout.js';
import { RunCurves } from '../../../../webview/curves/scene/runCurves.js';
import { SceneBuilder, wholeX, type SceneRun, type SceneSettings } from '../../../../webview/curves/scene/scene.js';
import { swapped } from '../../../../webview/curves/settings.js';
import { colorOf, shownRuns } from '../../../../webview/curves/runs/shownRun.js';
import { Viewport } from '../../../../webview/curves/stage/viewport.js';
import type { RunData } from '../../../../webview/store.js';
import type { Theme } from '../../../../webview/theme.js';
import { epochEntry, sampleRecord, sampleSpec } from '../../../run/sample.js';

const theme: Theme = {
  kind: 'dark',
  foreground: '#ffffff',
  muted: '#999999',
  background: '#000000',
  border: '#333333',
  focus: '#0000ff',
  party: { teacher: '#800080', student: '#0000ff', baseline: '#ff8800', truth: '#ffffff' },
  better: '#00ff00',
  worse: '#ff0000',
  fontFamily: 'sans-serif',
  fontSize: 13,
};

function run(
  key: RunKey,
  {
    spec = {},
    reason = 'opened',
    loss = [],
    columns = {},
  }: {
    spec?: object;
    reason?: 'opened' | 'related';
    loss?: number[];
    columns?: Partial<Record<StepColumnName, number[]>>;
  },
): RunData {
  const curves = new Curves();
  curves.apply({
    from: 0,
    count: loss.length,
    columns: Object.fromEntries(
      Object.entries({ loss, ...columns }).map(([name, values]) => [name, Float32Array.from(values)]),
    ),
    seconds: Float32Array.from(loss, (_, index) => index + 1),
    loggedAt: 1,
  });
  const record = sampleRecord({ id: `20261123-${key}`, spec: sampleSpec(spec) });
  const epochs = [epochEntry(1, { step: 2 }), epochEntry(2, { step: 4 })];
  return {
    run: { key, record, reason, teachers: [], baseline: null },
    status: null,
    epochs,
    curves,
    caughtUp: true,
  };
}

const sceneRuns = (...runs: RunData[]): SceneRun[] =>
  shownRuns(runs, { selected: null, theme }).map((shown) => ({ shown, curves: new RunCurves(shown.data.curves) }));

const settings: SceneSettings = {
  name: 'loss',
  answers: 'errors',
  xUnit: 'step',
  scale: 'linear',
  smoothing: 0,
  x: { min: 0, max: 4 },
  y: null,
  pixels: 400,
  budget: 1000,
};

test('a logarithmic chart leaves out values at or below 0, breaks the line there, and counts them', () => {
  const runs = sceneRuns(run('a', { loss: [10, 0, -1, 1000] }));
  const { strokes, leftOut, y } = new SceneBuilder().build(runs, { ...settings, scale: 'log' });
  const train = strokes.find(({ part }) => part === 'train');
  assert.deepEqual([...(train?.points.ys.subarray(0, train.points.count) ?? [])], [1, NaN, 3]);
  assert.equal(leftOut, 2);
  assert.ok(y.max >= 3);
});

test('under a smoothed curve lies the raw one, at a quarter of its strength', () => {
  const { strokes } = new SceneBuilder().build(sceneRuns(run('a', { loss: [1, 2, 3, 4] })), {
    ...settings,
    smoothing: 0.5,
  });
  assert.deepEqual(
    strokes.filter(({ part }) => part === 'train').map(({ kind, opacity }) => [kind, opacity]),
    [
      ['raw', 0.25],
      ['main', 1],
    ],
  );
});

test('a teacher that came along is a level, where a level means something, and does not stretch the x axis', () => {
  const teacher = run('t', {
    spec: { role: 'teacher', distill: null },
    reason: 'related',
    loss: Array.from({ length: 90 }, () => 1),
  });
  const runs = sceneRuns(run('s', { loss: [1, 2, 3, 4] }), teacher);
  assert.deepEqual(wholeX(runs, 'step'), { min: 0, max: 4 });
  const build = (name: 'loss' | 'answers') => new SceneBuilder().build(runs, { ...settings, name }).strokes;
  const level = build('answers').find(({ run: key }) => key === 't');
  assert.equal(level?.kind, 'level');
  assert.deepEqual([...level.points.ys.subarray(0, 2)], [38, 38]);
  assert.equal(
    build('loss').some(({ run: key }) => key === 't'),
    false,
  );
});

test('students differ in colour from each other and are never the teacher', () => {
  const colors = Array.from({ length: 50 }, (_, index) => colorOf('student', { index, count: 50, theme }));
  assert.equal(colors[0], theme.party.student);
  assert.ok(new Set(colors).size >= 45);
  assert.ok(!colors.includes(theme.party.teacher));
});

test('runs are called by what tells them apart', () => {
  const student = (key: string, temperature: number): RunData =>
    run(key, { spec: { distill: { loss: 'hinton', temperature, alpha: 0.9, ensemble: 'probabilities' } } });
  const [a, b, twin] = shownRuns([student('aaaaaa', 4), student('bbbbbb', 20), student('cccccc', 20)], {
    selected: null,
    theme,
  });
  assert.match(a?.shortLabel ?? '', /^T 4/);
  assert.match(b?.shortLabel ?? '', /bbbbbb$/);
  assert.notEqual(b?.label, twin?.label);
});

test('the readout has the nearest step, the last epoch before it, and nothing past the end', () => {
  const runs = sceneRuns(run('a', { loss: [1, 2, 3, 4] }));
  const scene = new SceneBuilder().build(runs, { ...settings, x: { min: 0, max: 100 } });
  const at = (x: number | null): string | undefined => readingsAt(x, runs, { scene, smoothing: 0 })[0]?.text;
  assert.equal(at(2.4), '2.000 · test 3.900');
  assert.equal(at(null), '4.000 · test 3.800');
  assert.match(at(50) ?? '', /^– · /);
});

test('a CSV file has the visible steps of every run, with the digits of float32', () => {
  const runs = sceneRuns(run('a', { loss: [0.1, NaN, 3, 4] }));
  const lines = curvesCsv(runs, { x: { min: 0, max: 2 }, unit: 'step' }).split('\r\n');
  assert.deepEqual(lines, [
    'run,step,epoch,seconds,loss,distillationLoss,studentLoss,learningRate,examplesPerSecond',
    '20261123-a,1,0.5,1,0.1,,,,',
    '20261123-a,2,1,2,,,,,',
    '',
  ]);
});

const pulled = {
  loss: [4, 3, 2],
  columns: { distillationGradient: [0, 3, 6], studentGradient: [2, 1, 2], gradientCosine: [NaN, -0.5, 1] },
};

test('distillation’s share of the gradient follows from the norms, between 0 and 1, whatever they are', () => {
  const runs = sceneRuns(run('a', pulled), run('old', { loss: [1, 2, 3] }));
  const scene = new SceneBuilder().build(runs, { ...settings, name: 'gradientShare', x: { min: 0, max: 3 } });
  assert.deepEqual(
    scene.strokes.map(({ run: key, points }) => [key, [...points.ys.subarray(0, points.count)]]),
    [['a', [0, 0.75, 0.75]]],
  );
  assert.ok(scene.y.min <= 0 && scene.y.min > -0.1 && scene.y.max >= 1 && scene.y.max < 1.1, 'the whole of it');
  const cosine = new SceneBuilder().build(runs, { ...settings, name: 'gradientCosine', x: { min: 0, max: 3 } });
  assert.ok(cosine.y.min <= -1 && cosine.y.min > -1.1 && cosine.y.max >= 1 && cosine.y.max < 1.1);
  const near = { min: 0.7, max: 0.8 };
  const zoomed = new SceneBuilder().build(runs, { ...settings, name: 'gradientShare', x: { min: 0, max: 3 }, y: near });
  assert.deepEqual(zoomed.y, near);
});

test('the readout of the share has both norms and the cosine, smoothed as the curve is', () => {
  const runs = sceneRuns(run('a', pulled), run('old', { loss: [1, 2, 3] }));
  const scene = new SceneBuilder().build(runs, { ...settings, name: 'gradientShare', x: { min: 0, max: 3 } });
  const at = (x: number, smoothing = 0): string[] => readingsAt(x, runs, { scene, smoothing }).map(({ text }) => text);
  assert.deepEqual(at(2), ['0.750 · distillation 3.000 · student 1.000 · cosine −0.500', '–']);
  assert.match(at(1)[0] ?? '', /cosine –$/);
  assert.doesNotMatch(at(2, 0.5)[0] ?? '', /^0\.750/);
});

test('a CSV file has gradients where a run logged them, and their share', () => {
  const [header, ...lines] = curvesCsv(sceneRuns(run('a', pulled)), { x: { min: 0, max: 2 }, unit: 'step' }).split(
    '\r\n',
  );
  const names = header?.split(',') ?? [];
  const values = ['distillationGradient', 'studentGradient', 'gradientCosine', 'gradientShare'].map(
    (name) => lines[1]?.split(',')[names.indexOf(name)],
  );
  assert.deepEqual(values, ['3', '1', '-0.5', '0.75']);
});

test('zooming out to everything follows the right end again', () => {
  const viewport = new Viewport();
  const whole = { min: 0, max: 100 };
  viewport.setX({ min: 20, max: 40 }, whole);
  assert.deepEqual(viewport.x({ min: 0, max: 200 }), { min: 20, max: 40 });
  viewport.setX({ min: 95, max: 115 }, whole);
  assert.deepEqual(viewport.x(whole), { min: 80, max: 100 });
  viewport.setX({ min: -10, max: 120 }, whole);
  assert.equal(viewport.isZoomed, false);
  assert.deepEqual(viewport.x({ min: 0, max: 200 }), { min: 0, max: 200 });
});

test('a small chart and the large one change places', () => {
  assert.deepEqual(swapped(['loss', 'answers', 'learningRate'], 'learningRate'), ['learningRate', 'answers', 'loss']);
});
