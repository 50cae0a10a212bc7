import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { philox, randomStream } from '../../src/core/random.js';

/** Pearson's statistic of counts that should all be alike. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The 99.9 % point of chi-square with `df` degrees of freedom (Wilson and Hilferty 1931, within 1 % from df 5 up). */
function critical(df: number): number {
  const spread = 2 / (9 * df);
  return df * (1 - spread + 3.0902 * Math.sqrt(spread)) ** 3;
}

function hex(words: Uint32Array): string {
  return [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ');
}

describe('philox', () => {
  // Random123 1.14, tests/kat_vectors, lines `philox4x32 10`.
  const vectors = [
    { counter: [0, 0, 0, 0], key: [0, 0], expected: '6627e8d5 e169c58d bc57ac4c 9b00dbd8' },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      expected: '408f276d 41c83b0e a20bc7c6 6d5451fd',
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      expected: 'd16cfe09 94fdcceb 5001e420 24126ea1',
    },
  ] as const;
  for (const {
    counter: [c0, c1, c2, c3],
    key: [k0, k1],
    expected,
  } of vectors) {
    it(`gives the known answer ${expected}`, () => {
      const out = new Uint32Array(4);
      philox(out, 0, c0, c1, c2, c3, k0, k1);
      assert.equal(hex(out), expected);
    });
  }
});

describe('randomStream', () => {
  it('gives other numbers for every seed and name, and the same for the same', () => {
    const names: (readonly (number | string)[])[] = [
      [0],
      [1],
      [0, 0],
      [0, ''],
      [0, 'a'],
      [0, 97],
      [0, 'ab'],
      [0, 'a', 'b'],
      [0, 'a', 1, 2],
      [0, 'a', 2, 1],
      [0, 'a', 12],
      [2 ** 32],
      [2 ** 40],
    ];
    const draws = names.map(([seed, ...name]) => {
      const out = new Uint32Array(4);
      randomStream(Number(seed), ...name).fillUint32(out);
      return hex(out);
    });
    assert.equal(new Set(draws).size, names.length);
    const again = new Uint32Array(4);
    randomStream(0, 'a', 1, 2).fillUint32(again);
    assert.equal(hex(again), draws[8]);
  });

  it('refuses a seed or a number of the name that is not a whole number', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) assert.throws(() => randomStream(seed), RangeError);
    assert.throws(() => randomStream(0, 'epoch', 0.5), RangeError);
  });
});

describe('fillUint32', () => {
  it('gives the same words in one piece and in pieces', () => {
    const stream = randomStream(5, 'words');
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.constantFrom(0, 7, 2 ** 31 - 3, 2 ** 32 - 41), (before, blocks, start) => {
        const all = new Uint32Array((before + blocks) * 4);
        const part = new Uint32Array(blocks * 4);
        stream.fillUint32(all, start);
        stream.fillUint32(part, start + before);
        assert.deepEqual(part, all.subarray(before * 4));
      }),
    );
  });

  it('refuses to start the stream over', () => {
    const stream = randomStream(5);
    assert.throws(() => stream.fillUint32(new Uint32Array(8), 2 ** 32 - 1), RangeError);
    assert.throws(() => stream.fillUint32(new Uint32Array(3)), RangeError);
    assert.doesNotThrow(() => stream.fillUint32(new Uint32Array(0)));
    assert.doesNotThrow(() => stream.fillUint32(new Uint32Array(8), 2 ** 32 - 2));
    assert.throws(() => stream.uniform(2 ** 32), RangeError);
    assert.throws(() => stream.below(5, -1), RangeError);
  });

  it('sets every bit half of the time', () => {
    const words = new Uint32Array(40000);
    randomStream(0, 'bits').fillUint32(words);
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.reduce((sum, word) => sum + ((word >>> bit) & 1), 0);
      assert.ok(Math.abs(ones - 20000) < 400, `bit ${bit}: ${ones} ones in 40000, 4 sigma are 400`);
    }
  });
});

describe('uniform', () => {
  it('is even over [0, 1), and one number tells nothing of the next', () => {
    const stream = randomStream(1, 'uniform');
    const counts = new Array<number>(100).fill(0);
    let previous = 0;
    for (let i = 0; i < 50000; i++) {
      const value = stream.uniform(i);
      assert.ok(value >= 0 && value < 1);
      const cell = Math.floor(value * 10) * 10 + previous;
      counts[cell] = (counts[cell] ?? 0) + 1;
      previous = Math.floor(value * 10);
    }
    assert.ok(chiSquare(counts) < critical(99), `chi-square ${chiSquare(counts)} of 99 degrees of freedom`);
  });

  it('fills an array evenly between the bounds, its end included', () => {
    const values = new Float32Array(30001);
    randomStream(2, 'init').fillUniform(values, { low: -0.25, high: 0.75 });
    const counts = new Array<number>(20).fill(0);
    for (const value of values) {
      assert.ok(value >= -0.25 && value <= 0.75);
      const cell = Math.min(19, Math.floor((value + 0.25) * 20));
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    assert.ok(chiSquare(counts) < critical(19));
    assert.notEqual(values.at(-1), 0);
  });

  it('draws normal numbers: mean, spread and tails, its odd end included', () => {
    const values = new Float32Array(30001);
    randomStream(2, 'init').fillNormal(values, 0.5);
    const standard = Array.from(values, (value) => value / 0.5);
    const moment = (power: number): number =>
      standard.reduce((sum, value) => sum + value ** power, 0) / standard.length;
    // Five standard errors of each moment: of a normal variable 1, 2, 15 and 96 over n.
    const near = (found: number, wanted: number, variance: number): void => {
      assert.ok(Math.abs(found - wanted) < 5 * Math.sqrt(variance / standard.length), `${found}, ${wanted}`);
    };
    near(moment(1), 0, 1);
    near(moment(2), 1, 2);
    near(moment(3), 0, 15);
    near(moment(4), 3, 96);
    assert.ok(standard.every(Number.isFinite));
    assert.notEqual(values.at(-1), 0);
  });
});

describe('below', () => {
  it('gives every whole number equally often, also where 2^32 / n has a large remainder', () => {
    const stream = randomStream(3, 'below');
    for (const n of [1, 2, 5, 10, 37]) {
      const counts = new Array<number>(n).fill(0);
      for (let i = 0; i < 20000; i++) {
        const value = stream.below(n, i);
        counts[value] = (counts[value] ?? 0) + 1;
      }
      assert.equal(counts.length, n);
      if (n > 1) assert.ok(chiSquare(counts) < critical(n - 1), `n ${n}: ${chiSquare(counts)}`);
    }
    // Without rejection every third number of 3·2³⁰ would come twice as often as the others.
    const n = 3 * 2 ** 30;
    const thirds = [0, 0, 0];
    for (let i = 0; i < 20000; i++) {
      const value = stream.below(n, i);
      thirds[value % 3] = (thirds[value % 3] ?? 0) + 1;
    }
    assert.ok(chiSquare(thirds) < critical(2), `thirds ${thirds.join(' ')}`);
  });

  it('refuses a range without numbers', () => {
    for (const n of [0, -1, 1.5, NaN, 2 ** 32]) assert.throws(() => randomStream(0).below(n, 0), RangeError);
  });
});

describe('shuffle', () => {
  it('gives a permutation of any length', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(), (n, seed) => {
        const order = randomStream(seed, 'shuffle').shuffle(n);
        assert.deepEqual(
          order.toSorted(),
          Int32Array.from({ length: n }, (_, i) => i),
        );
      }),
    );
  });

  it('gives each of the 24 orders of four equally often', () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 12000; epoch++) {
      const order = randomStream(4, 'shuffle', epoch).shuffle(4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 24);
    assert.ok(chiSquare([...counts.values()]) < critical(23));
  });
});

describe('dropoutMask', () => {
  it('drops the asked share of units, whatever number of bits the rate needs', () => {
    for (const rate of [0.5, 0.25, 0.75, 0.125, 0.1, 0.2, 0.9, 3 / 256, 1 / 4096]) {
      const mask = new Uint8Array(100003);
      randomStream(6, 'dropout').dropoutMask(mask, rate);
      const dropped = mask.reduce((sum, kept) => sum + (1 - kept), 0);
      const sigma = Math.sqrt(mask.length * rate * (1 - rate));
      assert.ok(Math.abs(dropped - mask.length * rate) < 4 * sigma, `rate ${rate}: ${dropped} of ${mask.length}`);
    }
  });

  it('keeps everything at rate 0, and writes nothing but 0 and 1', () => {
    const mask = new Uint8Array(1001).fill(7);
    randomStream(6).dropoutMask(mask, 0);
    assert.ok(mask.every((kept) => kept === 1));
    mask.fill(7);
    randomStream(6).dropoutMask(mask, 0.3);
    assert.ok(mask.every((kept) => kept === 0 || kept === 1));
    assert.ok(mask.includes(0) && mask.includes(1));
  });

  it('drops neighbours, and the same unit of two steps, independently', () => {
    for (const rate of [0.5, 0.2]) {
      const now = new Uint8Array(80000);
      const next = new Uint8Array(80000);
      randomStream(7, 'dropout', 0).dropoutMask(now, rate);
      randomStream(7, 'dropout', 1).dropoutMask(next, rate);
      const both = rate * rate * 79999;
      const spread = 4 * Math.sqrt(both);
      let neighbours = 0;
      let steps = 0;
      for (let i = 0; i + 1 < now.length; i++) {
        if (now[i] === 0 && now[i + 1] === 0) neighbours++;
        if (now[i] === 0 && next[i] === 0) steps++;
      }
      assert.ok(Math.abs(neighbours - both) < spread, `rate ${rate}: neighbours ${neighbours}, expected ${both}`);
      assert.ok(Math.abs(steps - both) < spread, `rate ${rate}: steps ${steps}, expected ${both}`);
    }
  });

  it('starts a longer mask with the shorter one', () => {
    const long = new Uint8Array(5000);
    const short = new Uint8Array(777);
    randomStream(8).dropoutMask(long, 0.2);
    randomStream(8).dropoutMask(short, 0.2);
    assert.deepEqual(short, long.subarray(0, 777));
  });

  it('refuses a rate outside 0 ≤ rate < 1', () => {
    for (const rate of [-0.1, 1, NaN]) assert.throws(() => randomStream(0).dropoutMask(new Uint8Array(1), rate));
  });
});
