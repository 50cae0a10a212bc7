import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  cellText,
  iconLabel,
  labelText,
  linesText,
  markdownText,
  notificationText,
} from '../../src/core/foreignText.js';
import { harmless, harmlessLines } from '../../src/core/words.js';

/** Turns text round, or is not seen at all: nothing of it is shown as it is anywhere. */
const hidden = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const control = /[^\P{Cc}\n]/u;

/** Whatever a name may hold, with much of what is obeyed somewhere. */
const pieces = [
  ...[
    '[',
    ']',
    '(',
    ')',
    '$(',
    '](',
    'command:x',
    '`',
    '*',
    '_',
    '<img src=x>',
    '&lt;',
    '\n',
    '\t',
    '\r',
    '\x1b[2J',
    ' ',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200f',
    '\u061c',
    '\u{e0041}',
    '\ufeff',
    '=',
    '+',
    '-',
    '@',
    '!',
    '#',
    '|',
    '~',
    'a',
    '猫',
    '\\',
  ],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 30 })
  .map((parts) => parts.join(''));

const runs = { numRuns: 5_000 };

describe('text of others', () => {
  it('turns nothing round and hides nothing, wherever it is shown', () => {
    const everywhere = { harmless, harmlessLines, linesText, notificationText, labelText, markdownText };
    fc.assert(
      fc.property(hostile, (text) => {
        for (const [where, shown] of Object.entries(everywhere)) {
          assert.doesNotMatch(shown(text), hidden, where);
          assert.doesNotMatch(shown(text).replaceAll('\t', ''), control, where);
        }
      }),
      runs,
    );
  });

  it('stays as it is where it is only text, in any script', () => {
    const plain = 'Größe 猫 مرحبا 👩‍👩‍👧 a_b (c) 10 % $5 [x]';
    for (const shown of [harmless, linesText, notificationText, labelText]) assert.equal(shown(plain), plain);
    assert.equal(linesText('a\nb'), 'a\nb');
  });

  // The expression is VS Code's own (src/vs/base/common/linkedText.ts).
  it('has no links in a notification', () => {
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
    assert.match('[x](command:workbench.action.quit)', link);
    assert.equal(notificationText('[x](command:y)'), '[x] (command:y)');
    fc.assert(
      fc.property(hostile, (text) => assert.doesNotMatch(notificationText(text), /\]\(/)),
      runs,
    );
  });

  it('has no icons in a label, but for ours', () => {
    assert.equal(iconLabel('beaker', 'a $(zap) b'), '$(beaker) a $ (zap) b');
    fc.assert(
      fc.property(hostile, (text) => assert.doesNotMatch(labelText(text), /\$\(|\n/)),
      runs,
    );
  });

  it('has nothing in Markdown that is not escaped', () => {
    assert.equal(markdownText('[x](command:y)'), '\\[x\\]\\(command\\:y\\)');
    assert.equal(markdownText('<img src=x> $(zap)'), '\\<img src\\=x\\> \\$\\(zap\\)');
    fc.assert(
      fc.property(hostile, (text) => {
        const rest = markdownText(text).replaceAll(/\\[^\p{L}\p{N}\s]/gu, '');
        assert.doesNotMatch(rest, /[\\`*_[\]()<>&$#!|~]/, JSON.stringify(text));
      }),
      runs,
    );
  });

  it('is no formula in a spreadsheet', () => {
    assert.equal(cellText('=HYPERLINK("https://evil.example")'), `'=HYPERLINK("https://evil.example")`);
    assert.deepEqual(['teacher-1', '-0.30', '+5', '-1e-7'].map(cellText), ['teacher-1', '-0.30', '+5', '-1e-7']);
    assert.equal(cellText('-1+cmd|x'), `'-1+cmd|x`);
    fc.assert(
      fc.property(hostile, (text) =>
        assert.doesNotMatch(cellText(text), /^\s*[=+\-@\t\r](?!\d+(?:\.\d+)?(?:e[+-]?\d+)?$)/i),
      ),
      runs,
    );
  });

  it('is the same text again for who reads JSON', () => {
    fc.assert(
      fc.property(hostile, (text) => assert.equal(JSON.parse(harmlessLines(JSON.stringify(text))), text)),
      runs,
    );
  });
});
