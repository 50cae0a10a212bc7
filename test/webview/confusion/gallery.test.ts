import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { examplesOf, type Gallery } from '../../../webview/confusion/gallery/gallery.js';
import { judge, type Pair } from '../../../webview/sums/judged.js';
import { parts } from '../../../webview/parts/partition.js';
import { randomPair } from './pairs.js';

function cellsOf({ first }: Pair): { truth: number; answer: number }[] {
  const classes = [...Array(first.classes).keys()];
  return classes.flatMap((truth) => classes.map((answer) => ({ truth, answer })));
}

function everyExample({ first }: Pair): number[] {
  return [...first.predicted.keys()];
}

describe('examplesOf', () => {
  it('parts the examples among the cells of a matrix, those without a prediction apart, as many as counted', () => {
    fc.assert(
      fc.property(randomPair, fc.constantFrom('first' as const, 'second' as const), (pair, side) => {
        const examples = (gallery: Gallery): number[] => [...examplesOf(gallery, { shown: pair, putter: 'either' })];
        const found = cellsOf(pair).flatMap((cell) => {
          const inCell = examples({ kind: 'cell', side, ...cell });
          assert.equal(inCell.length, pair[side].counts[cell.truth * pair.first.classes + cell.answer]);
          return inCell;
        });
        const all = [...found, ...examples({ kind: 'unanswered', side })];
        assert.deepEqual(
          all.sort((a, b) => a - b),
          everyExample(pair),
        );
      }),
    );
  });

  it('parts the examples among the parts of the agreement', () => {
    fc.assert(
      fc.property(randomPair, (pair) => {
        const all = parts.flatMap((part) => [
          ...examplesOf({ kind: 'part', part, truth: null }, { shown: pair, putter: 'either' }),
        ]);
        assert.deepEqual(
          all.sort((a, b) => a - b),
          everyExample(pair),
        );
      }),
    );
  });

  it('tells who put an example into a cell of the difference', () => {
    const answer = (said: number): number[] => [0, 1, 2].map((index) => (index === said ? 1 : 0));
    const labels = [0, 0, 0, 0, 1];
    const first = judge({ logits: [1, 1, 0, 0, 1].flatMap(answer), labels, classes: 3 });
    const second = judge({ logits: [1, 0, 1, 0, 1].flatMap(answer), labels, classes: 3 });
    const cell: Gallery = { kind: 'cell', side: 'difference', truth: 0, answer: 1 };
    const by = (putter: Parameters<typeof examplesOf>[1]['putter']): number[] => [
      ...examplesOf(cell, { shown: { first, second }, putter }),
    ];
    assert.deepEqual(by('both'), [0]);
    assert.deepEqual(by('first'), [1]);
    assert.deepEqual(by('second'), [2]);
    assert.deepEqual(by('either'), [0, 1, 2]);
  });
});
