import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { cellText } from '../../../src/core/foreignText.js';
import { csvText } from '../../../webview/export/csv.js';

const written = (cell: string | number): string => (typeof cell === 'string' ? cellText(cell) : String(cell));

/** Reads tables with Python's csv module, which is not ours. */
const reader = `
import csv, io, json, sys
sys.stdout.write(json.dumps([list(csv.reader(io.StringIO(text, newline=''), strict=True)) for text in json.load(sys.stdin)]))
`;

test('what is written is what another parser reads', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(',', '"', '\r', '\n', ' ', 'x') }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  // A row of one empty cell is an empty line, which parsers skip: tables of ours have two columns or more.
  const table = fc.integer({ min: 2, max: 5 }).chain((width) => {
    const row = fc.array(cell, { minLength: width, maxLength: width });
    return fc.record({ header: fc.array(fc.string(), { minLength: width, maxLength: width }), rows: fc.array(row) });
  });
  const tables = fc.sample(table, { numRuns: 300, seed: 1 });
  const input = JSON.stringify(tables.map(csvText));
  const { stdout, stderr } = spawnSync('python3', ['-c', reader], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(stderr, '');
  assert.deepEqual(
    JSON.parse(stdout),
    tables.map(({ header, rows }) => [header.map(cellText), ...rows.map((row) => row.map(written))]),
  );
});

test('a name that a spreadsheet would compute is text, and a number stays one', () => {
  const row = ['=1+1', '@x', '-cat', 'cat', -1];
  assert.equal(
    csvText({ header: ['+a', 'b', 'c', 'd', 'e'], rows: [row] }),
    "'+a,b,c,d,e\r\n'=1+1,'@x,'-cat,cat,-1\r\n",
  );
});

test('what is missing is an empty cell', () => {
  assert.equal(csvText({ header: ['a', 'b', 'c'], rows: [[null, NaN, 0]] }), 'a,b,c\r\n,,0\r\n');
});
