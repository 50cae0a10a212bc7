import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthOf, growthTable, keptIn, type Growth } from '../../bench/soak/growth.js';
import type { Rest } from '../../bench/soak/quantities.js';

/** Twenty looks, one after each ten of two hundred, and one before. */
const looks = Array.from({ length: 21 }, (_, index) => index * 10);

function rest({ descriptors = 31, heap = 50 }: { descriptors?: number; heap?: number }): Rest {
  return {
    process: { resident: 200 * 2 ** 20, descriptors, watches: 1 },
    held: { heap: heap * 2 ** 20, buffers: 0, timers: 8, resources: 20 },
    page: { heap: 0, nodes: 1, listeners: 1 },
    processes: 5,
  };
}

type Holding = (done: number) => Parameters<typeof rest>[0];

const restsOf = (at: Holding) => looks.map((done) => ({ done, rest: rest(at(done)) }));

function verdictOn(name: string, at: Holding, { editor }: { editor?: Holding } = {}): Growth['verdict'] {
  const growth = growthOf(restsOf(at), editor === undefined ? {} : { kept: keptIn(growthOf(restsOf(editor))) });
  return growth.find(({ quantity }) => quantity.name === name)?.verdict ?? 'unclear';
}

test('a handle that each panel leaves open is found', () => {
  assert.equal(
    verdictOn('host: descriptors', (done) => ({ descriptors: 31 + done })),
    'grows',
  );
});

test('handles that come and go are flat', () => {
  assert.equal(
    verdictOn('host: descriptors', (done) => ({ descriptors: 31 + ((done * 7) % 3) })),
    'flat',
  );
});

test('what is loaded by the first panels and then kept is flat', () => {
  assert.equal(
    verdictOn('host: heap', (done) => ({ heap: done < 40 ? 50 + done : 90 })),
    'flat',
  );
});

test('20 kB that each panel leaves in memory are found', () => {
  assert.equal(
    verdictOn('host: heap', (done) => ({ heap: 50 + 0.02 * done })),
    'grows',
  );
});

test('what the editor itself keeps of each panel is not held against ours', () => {
  const holding = (done: number) => ({ heap: 50 + 0.05 * done });
  assert.equal(verdictOn('host: heap', holding, { editor: holding }), 'flat');
  assert.equal(
    verdictOn('host: heap', (done) => ({ heap: 50 + 0.08 * done }), { editor: holding }),
    'grows',
  );
});

test('memory that jumps about says nothing', () => {
  assert.equal(
    verdictOn('host: heap', (done) => ({ heap: 50 + 20 * Math.sin(done * done) })),
    'unclear',
  );
});

test('the table says what was there at the start, after a fifth and at the end', () => {
  const growth = growthOf(restsOf((done) => ({ descriptors: 31 + done })));
  const line = growthTable(growth, { what: 'panels' })
    .split('\n')
    .find((each) => each.includes('descriptors'));
  assert.equal(line, '| host: descriptors | 31 | 71 | 231 | 231 | +100.0 (+100.0 … +100.0) | +3.9 | **grows** |');
});
