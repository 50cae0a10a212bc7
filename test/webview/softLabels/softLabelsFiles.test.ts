import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { calibration } from '../../../src/core/evaluation/calibration.js';
import { percent, probability } from '../../../src/core/words.js';
import { logSoftLabels } from '../../../src/core/losses/softmax.js';
import { writeManyClasses } from '../../run/manyClasses.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { noBrowser, openPanel, type OpenPanel } from '../browser.js';
import { coloursOfPng, linesOfCsv, openedSvg, savedBy } from '../savedFiles.js';
import { writeFamily, type StoredFamily } from './storedPair.js';

const [n, classes] = [120, 10];

/** Protects the mean of several teachers, the class averages that are read cell by cell, and the files of the view. */
describe('soft labels of a student of two teachers, in a browser', { skip: noBrowser }, () => {
  const clearings: (() => Promise<void>)[] = [];
  let panel: OpenPanel;
  let family: StoredFamily;

  before(async () => {
    const test = { after: (clear: () => Promise<void>) => void clearings.unshift(clear) };
    family = await writeFamily(await temporaryFolder(test), { n, classes, teachers: 2 });
    panel = await openPanel(test, { open: [family.path], width: 1400 });
    await panel.page.getByRole('tab', { name: 'Soft labels' }).click();
    await panel.page.locator('.sl-bar-number').first().waitFor();
  });

  after(async () => {
    for (const clear of clearings) await clear();
  });

  /** Soft labels of teachers and student as core has them, [n, classes] each. */
  const softLabels = (temperature: number): { teachers: Float64Array; student: Float64Array } => {
    const soft = (logits: readonly Float32Array[]): Float64Array =>
      logSoftLabels({ teachers: logits, classes, temperature, ensemble: 'probabilities' }).map(Math.exp);
    return { teachers: soft(family.teachers.map(({ logits }) => logits)), student: soft([family.student.logits]) };
  };
  /** The mean soft label of one class at the examples of another. */
  const average = (soft: Float64Array, { truth, label }: { truth: number; label: number }): number => {
    const rows = [...family.student.labels.keys()].filter((row) => family.student.labels[row] === truth);
    return rows.reduce((sum, row) => sum + (soft[row * classes + label] ?? NaN), 0) / rows.length;
  };

  it('shows the mean of the teachers’ probabilities as one column', async () => {
    const { page } = panel;
    await page.getByText('teachers (mean of 2)').waitFor();
    const { teachers } = softLabels(20);
    const shown = await page.locator('.sl-bars tbody td:nth-child(2) .sl-bar-number').allTextContents();
    const expected = [...teachers.subarray(0, classes)].sort((a, b) => b - a).map(probability);
    assert.deepEqual(shown, expected);
  });

  it('reads out a cell of the class averages, by keyboard', async () => {
    const { page } = panel;
    await page.getByRole('application', { name: /^mean soft labels of the teacher/ }).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    const words = await page.getByRole('region', { name: 'Dark knowledge' }).locator('.sl-read-out').textContent();
    const { teachers, student } = softLabels(20);
    const cell = { truth: 2, label: 1 };
    const [theirs, ours] = [average(teachers, cell), average(student, cell)];
    assert.match(
      words ?? '',
      new RegExp(`true class 2, soft label of 1: teacher ${probability(theirs)}, student ${probability(ours)}, `),
    );
  });

  it('saves an example as picture and as numbers that core computes', async () => {
    const texts = await openedSvg(panel.page, await savedBy(panel, { format: 'SVG', within: 'The example' }));
    assert.ok(
      texts.some((text) => text.includes('teacher')),
      texts.join(' | '),
    );
    assert.ok((await coloursOfPng(panel.page, await savedBy(panel, { format: 'PNG', within: 'The example' }))) > 3);
    const { header, rows } = linesOfCsv(await savedBy(panel, { format: 'CSV', within: 'The example' }));
    assert.deepEqual(header, ['example', 'temperature', 'class', 'is truth', 'teacher', 'student']);
    for (const [example = '', temperature = '', label = '', , teacher = '', student = ''] of rows) {
      const soft = softLabels(Number(temperature));
      const cell = Number(example) * classes + Number(label);
      assert.ok(Math.abs(Number(teacher) - (soft.teachers[cell] ?? NaN)) < 1e-9, `teacher at T ${temperature}`);
      assert.ok(Math.abs(Number(student) - (soft.student[cell] ?? NaN)) < 1e-9, `student at T ${temperature}`);
    }
    assert.equal(rows.length % classes, 0);
  });

  it('saves the class averages as picture and as numbers that core computes', async () => {
    const within = 'Dark knowledge';
    const texts = await openedSvg(panel.page, await savedBy(panel, { format: 'SVG', within }));
    assert.ok(texts.some((text) => text.includes('Dark knowledge at T = 20')));
    assert.ok((await coloursOfPng(panel.page, await savedBy(panel, { format: 'PNG', within }))) > 3);
    const { header, rows } = linesOfCsv(await savedBy(panel, { format: 'CSV', within }));
    assert.deepEqual(header, ['temperature', 'true class', 'soft label of', 'teacher', 'student', 'difference']);
    assert.equal(rows.length, classes ** 2);
    const { teachers, student } = softLabels(20);
    for (const [, truth = '', label = '', teacher = '', ours = ''] of rows) {
      const cell = { truth: Number(truth), label: Number(label) };
      assert.ok(Math.abs(Number(teacher) - average(teachers, cell)) < 1e-9);
      assert.ok(Math.abs(Number(ours) - average(student, cell)) < 1e-9);
    }
  });

  it('saves the calibration as picture and as the bins that core computes', async () => {
    const within = 'Calibration';
    const texts = await openedSvg(panel.page, await savedBy(panel, { format: 'SVG', within }));
    assert.ok(texts.some((text) => text.includes('Calibration at T = 20')));
    assert.ok((await coloursOfPng(panel.page, await savedBy(panel, { format: 'PNG', within }))) > 3);
    const { header, rows } = linesOfCsv(await savedBy(panel, { format: 'CSV', within }));
    const { labels } = family.student;
    const logits = logSoftLabels({
      teachers: family.teachers.map((teacher) => teacher.logits),
      classes,
      temperature: 20,
      ensemble: 'probabilities',
    });
    const expected = [
      { role: 'teacher', ...calibration({ logits, labels, classes }) },
      { role: 'student', ...calibration({ ...family.student, temperature: 20 }) },
    ].flatMap(({ role, bins, error }) => bins.map(({ count }) => [role, String(count), error?.toFixed(9)]));
    assert.deepEqual(
      rows.map(([, role = '', , , count = '', , , error = '']) => [role, count, Number(error).toFixed(9)]),
      expected,
    );
    // Under its plain name a figure is of T = 1, whatever the slider says.
    const plain = { error: header.indexOf('calibration error'), brier: header.indexOf('Brier score') };
    const atOne = calibration(family.student);
    const ofStudent = rows.find(([, role]) => role === 'student') ?? [];
    assert.equal(Number(ofStudent[plain.error]).toFixed(9), atOne.error?.toFixed(9));
    assert.equal(Number(ofStudent[plain.brier]).toFixed(9), atOne.brier?.toFixed(9));
    assert.ok(header.includes('calibration error at this temperature'));
    assert.ok(texts.includes(`calibration error ${percent(atOne.error ?? NaN)}`), texts.join(' | '));
    const there = calibration({ ...family.student, temperature: 20 });
    assert.ok(texts.includes(`calibration error at T = 20 ${percent(there.error ?? NaN)}`), texts.join(' | '));
  });

  it('calls calibration error what Confusion calls so, and names the temperature of any other', async () => {
    const { page } = panel;
    const shown = page.getByRole('region', { name: 'Calibration' }).locator('figure', { hasText: 'student' });
    const figures = await shown.locator('.sl-figures > div').allTextContents();
    const [atOne, there] = [calibration(family.student), calibration({ ...family.student, temperature: 20 })];
    assert.equal(figures[0], `calibration error${percent(atOne.error ?? NaN)}`);
    assert.equal(figures[1], `calibration error at T = 20${percent(there.error ?? NaN)}`);
    assert.deepEqual((await shown.locator('.sl-figures dt').allTextContents()).slice(2), [
      ...['log loss', 'log loss at T = 20', 'Brier score', 'Brier score at T = 20'],
    ]);
    await page.getByRole('tab', { name: 'Confusion' }).click();
    const overall = page.locator('.overall');
    await overall.getByRole('cell', { name: percent(atOne.error ?? NaN) }).waitFor();
    await page.getByRole('tab', { name: 'Soft labels' }).click();
    await page.locator('.sl-bar-number').first().waitFor();
  });

  it('reads out a bar of the calibration by keyboard, and says the same as a table', async () => {
    const { page } = panel;
    const { bins, error } = calibration({ ...family.student, temperature: 20 });
    const fullest = bins.reduce((most, { count }, bin) => (count > (bins[most]?.count ?? 0) ? bin : most), 0);
    const region = page.getByRole('region', { name: 'Calibration' });
    await region.getByRole('application', { name: 'Reliability of the student' }).focus();
    await page.keyboard.press('Home');
    for (let bin = 0; bin < fullest; bin++) await page.keyboard.press('ArrowRight');
    const { count = 0, accuracy = null } = bins[fullest] ?? {};
    const words = (await region.locator('.sl-read-out').textContent()) ?? '';
    assert.ok(words.includes(`student: ${count} examples, mean confidence`), words);
    assert.ok(words.endsWith(`accuracy ${percent(accuracy ?? NaN)}`), words);
    await region.getByRole('button', { name: 'Table' }).click();
    const row = (name: string) => region.getByRole('row', { name });
    const cells = await row('calibration error at T = 20').locator('td').allTextContents();
    assert.equal(cells[1], percent(error ?? NaN));
    const line = await region.locator('tbody tr').nth(fullest).locator('td').allTextContents();
    assert.equal(line[1], `${percent(accuracy ?? NaN)} of ${count}`);
    await region.getByRole('button', { name: 'Table' }).click();
  });

  it('saves the list of examples, a line each', async () => {
    const { header, rows } = linesOfCsv(await savedBy(panel, { format: 'CSV', within: 'Examples' }));
    assert.deepEqual(header.slice(0, 4), ['index', 'truth', 'teacher', 'student']);
    assert.deepEqual(
      rows.map(([index]) => Number(index)),
      [...Array(n).keys()],
    );
  });
});

describe('soft labels of a thousand classes, in a browser', { skip: noBrowser }, () => {
  it('lists the likeliest ten and the rest as one, and keeps inside a narrow window', async (t) => {
    const path = await writeManyClasses(await temporaryFolder(t), { examples: 300, classes: 1_000 });
    const panel = await openPanel(t, { open: [path], width: 1200 });
    const { page } = panel;
    await page.getByRole('tab', { name: 'Soft labels' }).click();
    await page.locator('.sl-bar-number').first().waitFor();
    const named = await page.locator('.sl-bars tbody th').allTextContents();
    assert.match(named.at(-1) ?? '', /^9(90|89) others$/);
    assert.equal(named.filter((name) => name.includes('truth')).length, 1);
    const teacher = await page.locator('.sl-bars tbody td:nth-child(2) .sl-bar-number').allTextContents();
    const sum = teacher.reduce((all, text) => all + (Number.parseFloat(text.replace('< ', '')) || 0), 0);
    assert.ok(Math.abs(sum - 100) < 1.5, `all together ${sum} %`);
    await page.getByRole('heading', { name: /^Dark knowledge at T/ }).waitFor();
    await page.getByRole('application', { name: /^difference, 1000 classes/ }).focus();
    await page.keyboard.press('End');
    await page.getByText('true class 0, soft label of 999:').waitFor();
    await openedSvg(page, await savedBy(panel, { format: 'SVG', within: 'Dark knowledge' }));
    await page.setViewportSize({ width: 300, height: 800 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
  });
});
