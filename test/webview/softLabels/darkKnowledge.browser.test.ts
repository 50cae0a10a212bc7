import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { likeness, WrongClasses } from '../../../src/core/evaluation/darkKnowledge.js';
import { classAverageSoftLabels } from '../../../src/core/evaluation/evaluation.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import type { LogitsAnswer } from '../../../src/panel/protocol.js';
import { writeManyClasses } from '../../run/manyClasses.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { noBrowser, openPanel, type OpenPanel } from '../browser.js';
import { linesOfCsv, savedBy } from '../savedFiles.js';
import { writeFamily, type StoredFamily } from './storedPair.js';

const [n, classes, temperature] = [200, 10, 20];

/** Protects the claim that a student kept what its teacher knows, beside its baseline, and the way to the pictures. */
describe('dark knowledge of a student with a baseline, in a browser', { skip: noBrowser }, () => {
  const clearings: (() => Promise<void>)[] = [];
  let panel: OpenPanel;
  let family: StoredFamily;

  before(async () => {
    const test = { after: (clear: () => Promise<void>) => void clearings.unshift(clear) };
    family = await writeFamily(await temporaryFolder(test), { n, classes, teachers: 1, hasBaseline: true });
    panel = await openPanel(test, { open: [family.path], width: 1400 });
    await panel.page.getByRole('tab', { name: 'Soft labels' }).click();
    await panel.page.getByRole('heading', { name: 'Similarity of teacher and student by class' }).waitFor();
  });

  after(async () => {
    for (const clear of clearings) await clear();
  });

  const region = () => panel.page.getByRole('region', { name: 'Dark knowledge', exact: true });
  /** How alike a model and the teacher find the wrong classes, as core has it. */
  const expected = (model: LogitsAnswer | null): ReturnType<typeof likeness> => {
    const wrong = (answer: LogitsAnswer | undefined | null): WrongClasses => {
      assert.ok(answer != null);
      return new WrongClasses(classAverageSoftLabels({ ...answer, temperature }), classes);
    };
    return likeness({ teacher: wrong(family.teachers[0]), student: wrong(model) });
  };
  const words = (correlation: number | null | undefined): string => (correlation ?? NaN).toFixed(3).replace('-', '−');

  it('says in a sentence how much student and baseline kept, and how far apart they are', async () => {
    const sentence = (await region().getByText('Similarity of teacher and student at').textContent()) ?? '';
    const [ours, theirs] = [expected(family.student).overall, expected(family.baseline).overall];
    assert.ok(sentence.includes(`student at T = 20: ${words(ours)} (95 % interval`), sentence);
    assert.ok(sentence.includes(`the same student without a teacher has ${words(theirs)},`), sentence);
    assert.match(sentence, /difference [+−]\d\.\d{3}, 95 % interval [+−]\d\.\d{3} … [+−]\d\.\d{3}\./);
  });

  it('says the same class by class, in the order of the classes and in the file', async () => {
    const rows = await panel.page
      .getByRole('table', { name: 'Teacher–student similarity by class' })
      .locator('tbody tr')
      .all();
    assert.equal(rows.length, classes);
    const [ours, theirs] = [expected(family.student).byClass, expected(family.baseline).byClass];
    for (const [label, row] of rows.entries()) {
      const cells = await row.locator('td').allTextContents();
      assert.deepEqual(cells.slice(2, 4), [words(ours[label]), words(theirs[label])]);
    }
    const within = 'Teacher–student similarity';
    const { header, rows: lines } = linesOfCsv(await savedBy(panel, { format: 'CSV', within }));
    assert.deepEqual(header.slice(0, 3), ['temperature', 'true class', 'student']);
    assert.ok(lines.every(([, , student], label) => Math.abs(Number(student) - (ours[label] ?? NaN)) < 1e-9));
    assert.ok(lines.every((line) => line.length === header.length && line.every((cell) => cell !== '')));
  });

  it('opens the pictures of a cell: those first to which the model gives the most of the class', async () => {
    const { page } = panel;
    const matrix = page.getByRole('application', { name: /^mean soft labels of the student/ });
    await matrix.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.waitForSelector('.drawer [role=listbox]:focus');
    const { logits, labels } = family.student;
    const soft = softmax({ logits, classes, temperature });
    const wanted = [...labels.keys()]
      .filter((index) => labels[index] === 2)
      .sort((a, b) => (soft[b * classes + 1] ?? NaN) - (soft[a * classes + 1] ?? NaN));
    const cards = await page.locator('.drawer .example').allTextContents();
    const shown = cards.map((text) => Number(/#(\d+)/.exec(text)?.[1]));
    assert.deepEqual(shown, wanted.slice(0, shown.length));
    const [first = 0] = wanted;
    assert.ok(cards[0]?.includes(`student 1 ${(100 * (soft[first * classes + 1] ?? NaN)).toFixed(1)} %`), cards[0]);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.drawer', { state: 'detached' });
    assert.ok(await matrix.evaluate((element) => element === document.activeElement), 'the matrix has the focus again');
  });

  it('shows an example that is chosen there above', async () => {
    const { page } = panel;
    await page.getByRole('application', { name: /^difference/ }).focus();
    await page.keyboard.press('Enter');
    const option = page.locator('.drawer .example').nth(2);
    const index = /#(\d+)/.exec((await option.textContent()) ?? '')?.[1];
    await option.click();
    await page.getByRole('spinbutton', { name: 'Index of the example' }).waitFor();
    const value = await page.getByRole('spinbutton', { name: 'Index of the example' }).inputValue();
    assert.equal(value, index);
    await page.getByRole('button', { name: 'Close' }).click();
  });

  it('shows shares of what the true class leaves, which change no figure of what was kept', async () => {
    const before = await region().getByText('Similarity of teacher and student at').textContent();
    await region().getByRole('button', { name: 'wrong classes' }).click();
    await region().getByText('as shares of what it leaves the others').waitFor();
    assert.equal(await region().getByText('Similarity of teacher and student at').textContent(), before);
    const { header, rows } = linesOfCsv(await savedBy(panel, { format: 'CSV', within: 'Dark knowledge' }));
    const at = header.indexOf('student');
    const sum = rows.slice(0, classes).reduce((all, row) => all + Number(row[at] ?? 0), 0);
    assert.ok(Math.abs(sum - 1) < 1e-9);
    await region().getByRole('button', { name: 'soft labels' }).click();
  });
});

/** Protects the order of the classes: what is read at a place is what is drawn there. */
describe('dark knowledge of a hundred classes, in a browser', { skip: noBrowser }, () => {
  it('brings classes together that the models find alike, with their names and magnified', async (t) => {
    const path = await writeManyClasses(await temporaryFolder(t), { examples: 2_000, classes: 100 });
    const { page } = await openPanel(t, { open: [path], width: 1400 });
    await page.getByRole('tab', { name: 'Soft labels' }).click();
    const dark = page.getByRole('region', { name: 'Dark knowledge', exact: true });
    await dark.getByRole('button', { name: 'clustered' }).click();
    await page.getByRole('spinbutton', { name: 'Temperature, exactly' }).fill('1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Similarity of teacher and student by class at T = 1' }).waitFor();
    await page.getByRole('application', { name: /^mean soft labels of the teacher, 100 classes/ }).focus();
    // Errors are mostly within the same ten classes: neighbours are of one ten.
    let alike = 0;
    for (let place = 0; place < 30; place++) {
      const words = (await dark.locator('.sl-read-out').textContent()) ?? '';
      const [, truth = '', label = ''] = /true class (\d+), soft label of (\d+)/.exec(words) ?? [];
      assert.equal(truth, label, 'on the diagonal');
      await page.keyboard.press('ArrowRight');
      const [, , next = ''] =
        /true class (\d+), soft label of (\d+)/.exec((await dark.locator('.sl-read-out').textContent()) ?? '') ?? [];
      if (Math.floor(Number(label) / 10) === Math.floor(Number(next) / 10)) alike++;
      await page.keyboard.press('ArrowDown');
    }
    assert.ok(alike > 22, `${alike} of 30 neighbours are of one ten`);
    await page.keyboard.press('+');
    await dark.getByText('2×').waitFor();
  });
});
