import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { JsonText } from '../../src/core/jsonText.js';
import { writings } from './spec/experiment/experimentFiles.js';

describe('a JSON text', () => {
  it('holds what JSON.parse finds in it, in whatever way it is written', () => {
    const pairs = fc
      .jsonValue({ maxDepth: 4 })
      .map((value): unknown => JSON.parse(JSON.stringify(value)))
      .chain((value) => fc.tuple(fc.constant(value), writings(value)));
    fc.assert(
      fc.property(pairs, ([value, text]) => {
        const json = new JsonText(text);
        assert.deepEqual(json.faults, []);
        assert.deepEqual(json.value, value);
      }),
    );
  });

  it('knows where its values and keys stand', () => {
    const text = '{ // {"a": 0}\n  "a": [10, {"b": "x"}], "b": null\r\n}';
    const json = new JsonText(text);
    const shown = (range: { offset: number; length: number } | null): string | null =>
      range === null ? null : text.slice(range.offset, range.offset + range.length);
    assert.equal(shown(json.valueRange(['a', 1, 'b'])), '"x"');
    assert.equal(shown(json.keyRange(['a', 1, 'b'])), '"b"');
    assert.equal(shown(json.valueRange(['a'])), '[10, {"b": "x"}]');
    assert.equal(shown(json.keyRange(['a'])), '"a"');
    assert.equal(shown(json.valueRange([])), text);
    for (const path of [['c'], ['a', 2], ['a', 'b'], ['b', 'a'], [0]]) assert.equal(json.valueRange(path), null);
    assert.equal(json.keyRange(['a', 0]), null);
    assert.equal(json.keyRange([]), null);
  });

  it('counts lines and columns from 1, whatever ends a line', () => {
    const json = new JsonText('a\nb\r\nc\rd');
    assert.deepEqual(
      [0, 1, 2, 3, 5, 7, 8].map((offset) => json.place(offset)),
      [
        { line: 1, column: 1 },
        { line: 1, column: 2 },
        { line: 2, column: 1 },
        { line: 2, column: 2 },
        { line: 3, column: 1 },
        { line: 4, column: 1 },
        { line: 4, column: 2 },
      ],
    );
  });

  it('finds keys that are there twice, in any depth', () => {
    const text = '{"a": 1, "b": [{"c": 1, "c": 2}], "a": 3, "a": 4}';
    const found = new JsonText(text).duplicateKeys();
    assert.deepEqual(
      found.map(({ path, first, again }) => [path, first.offset, again.offset]),
      [
        [['b', 0, 'c'], text.indexOf('"c"'), text.lastIndexOf('"c"')],
        [['a'], text.indexOf('"a"'), text.indexOf('"a": 3')],
        [['a'], text.indexOf('"a"'), text.indexOf('"a": 4')],
      ],
    );
  });

  it('means by a key that is there twice the last one, value and place', () => {
    const json = new JsonText('{"a": 1, "a": 22}');
    assert.deepEqual([json.value, json.valueRange(['a'])], [{ a: 22 }, { offset: 14, length: 2 }]);
  });

  it('takes a key __proto__ for a key', () => {
    const { value } = new JsonText('{"__proto__": {"polluted": true}}');
    assert.deepEqual(Object.keys(value ?? {}), ['__proto__']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  it('passes over a byte order mark', () => {
    const json = new JsonText('\ufeff{"a": 1}');
    assert.deepEqual([json.faults, json.value], [[], { a: 1 }]);
  });

  const faults: readonly [text: string, at: number, message: string, fix: string][] = [
    ['', 0, 'The file ends where a value is expected.', 'Write an experiment: `{ … }`.'],
    ['{"a": 1 "b": 2}', 8, 'A comma is missing.', 'Write `,` before `"b"`.'],
    ['{"a" 1}', 5, 'A colon is missing between a key and its value.', 'Write `:` before `1`.'],
    ['{"a": , "b": 2}', 6, 'A value is expected here, found `,`.', 'Write the value before it.'],
    ['{"a": 1,, "b": 2}', 8, 'A key is expected here, found `,`.', 'Remove the comma.'],
    ['{1: 2}', 1, 'A key is expected here, found `1`.', 'Write the key in double quotes.'],
    ['{distill: 3}', 1, '`distill` is not JSON.', 'Keys stand in double quotes: `"distill"`.'],
    ["{'a': 3}", 1, "`'a'` is not JSON.", 'Keys stand in double quotes: `"a"`.'],
    ['{"a": mnist}', 6, '`mnist` is not JSON.', 'Texts stand in double quotes: `"mnist"`.'],
    ['{"a": True}', 6, '`True` is not JSON.', 'Write `true`.'],
    ['{"a": .5}', 6, '`.5` is not JSON.', 'A number begins with a digit: 0.5.'],
    ['{"a": 1; "b": 2}', 7, '`;` is not JSON.', 'Remove it.'],
    ['{"a": 1e}', 6, 'The number `1e` is not finished.', 'Write it like 20, 0.5 or 1e-3.'],
    ['{"a": "x}', 6, 'A text is not closed on its line.', 'Add the missing `"`.'],
    ['{"a": "\\x"}', 6, 'A `\\` in this text is not followed by a known letter.', 'Write `\\\\` for a backslash.'],
    ['{"a": "\\u12"}', 6, 'A `\\` in this text is not followed by a known letter.', 'Write `\\\\` for a backslash.'],
    ['{"a": "\t"}', 6, 'This text holds a control character, such as a tab.', 'Write `\\t` for a tab, or remove it.'],
    ['{"a": 1', 7, 'A `{` is never closed.', 'Add the missing `}`.'],
    ['[1', 2, 'A `[` is never closed.', 'Add the missing `]`.'],
    ['{"a": [1}', 8, 'A `[` is not closed before this `}`.', 'Add the missing `]`.'],
    ['[{"a": 1]', 8, 'A `{` is not closed before this `]`.', 'Add the missing `}`.'],
    ['{"a": 1}}', 8, 'The experiment ended before `}`.', 'Remove what follows its last `}`.'],
    ['{"a": 1} /* x', 9, 'A comment is never closed.', 'Add the missing `*/`.'],
  ];
  for (const [text, at, message, fix] of faults) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const found = new JsonText(text).faults.map((fault) => [fault.range.offset, fault.message, fault.fix]);
      assert.deepEqual(found, [[at, message, fix]]);
    });
  }

  it('tells one fault a line, and reads on behind it', () => {
    const json = new JsonText('{\n  name: "x",\n  "a": 1\n  "b": yes\n}');
    assert.deepEqual(
      json.faults.map(({ range }) => json.place(range.offset).line),
      [2, 4],
    );
    assert.deepEqual(json.value, { a: 1 });
  });
});
