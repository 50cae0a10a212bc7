import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clock, duration, harmless, harmlessLines, percent, points, pValue } from '../../src/core/words.js';
import { displayWidth, shortened } from '../../src/cli/displayWidth.js';
import { table } from '../../src/cli/table.js';
import { settingWords } from '../../src/core/spec/settings/settingWords.js';

describe('words', () => {
  it('never writes 60 seconds or 60 minutes', () => {
    assert.deepEqual([0, 9.94, 9.96, 59.6, 125, 3599.6, 7_380].map(duration), [
      ...['0.0 s', '9.9 s', '10 s', '1 min 00 s', '2 min 05 s', '1 h 00 min', '2 h 03 min'],
    ]);
    assert.deepEqual([0, 59.6, 3_599.6, 3_725].map(clock), ['0:00', '1:00', '1:00:00', '1:02:05']);
  });

  it('keeps small p-values apart from zero', () => {
    assert.deepEqual([1, 0.0314, 0.00042, 2.13e-8, 0].map(pValue), [
      ...['p = 1.000', 'p = 0.031', 'p = 0.0004', 'p = 2.1e-8', 'p < 1e-15'],
    ]);
  });

  it('shows a p-value just below 5 % as one', () => {
    assert.deepEqual([0.0496, 0.0504].map(pValue), ['p = 0.0496', 'p = 0.050']);
  });

  it('gives a difference its sign, and nothing none', () => {
    assert.deepEqual([0.0031, -0.003, 0, -0.00001].map(points), ['+0.31', '−0.30', '0.00', '0.00']);
    assert.equal(percent(0.98717), '98.72 %');
  });

  it('keeps names from a file from steering the terminal', () => {
    assert.equal(harmless('a\x1b[2Jb\n'), 'a�[2Jb�');
    assert.equal(harmless('\x9b2J \u202egnp.exe\u2066 \u2028'), '�2J �gnp.exe� �');
    assert.equal(harmless('Größe 猫 مرحبا 👩‍👩‍👧'), 'Größe 猫 مرحبا 👩‍👩‍👧');
  });

  it('writes what a terminal would obey as JSON does, and leaves lines and columns', () => {
    assert.equal(harmlessLines('a\tb\n\x1b]0;title\x07'), 'a\tb\n\\u001b]0;title\\u0007');
    const value = { name: '\x9b2J\u202e\x7f' };
    assert.deepEqual(JSON.parse(harmlessLines(JSON.stringify(value))), value);
  });

  it('shows settings as they are written, the kind first', () => {
    assert.equal(
      settingWords({ kind: 'mlp', hidden: [800, 800], dropout: 0, augment: { translate: 2 }, maxNorm: null }),
      'mlp: hidden [800, 800], dropout 0, augment (translate 2), maxNorm –',
    );
  });
});

describe('displayWidth', () => {
  it('counts the columns of a terminal, not letters', () => {
    assert.deepEqual(['abc', '老师', 'e\u0301', '🙂', 'α'].map(displayWidth), [3, 4, 1, 2, 1]);
  });

  it('cuts a text so that it fits, also in the middle of wide signs', () => {
    assert.deepEqual(
      [shortened('teacher', 7), shortened('teacher', 4), shortened('老师老师', 4)],
      [...['teacher', 'tea…', '老…']],
    );
  });
});

describe('table', () => {
  it('aligns by display width and leaves no spaces at the ends of lines', () => {
    const rows = [
      { name: '老师', n: 5 },
      { name: 'student', n: 1_000 },
    ];
    const text = table(rows, [
      { title: 'run', cell: ({ name }) => name },
      { title: 'n', align: 'right', cell: ({ n }) => String(n) },
      { title: '', cell: () => '' },
    ]);
    assert.equal(text, ['run         n', '老师        5', 'student  1000'].join('\n'));
  });
});
