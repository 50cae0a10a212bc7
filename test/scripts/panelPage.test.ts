import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decode, encode } from '../../scripts/panelPage/codec.js';
import { framed, FrameReader } from '../../scripts/panelPage/frames.js';

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.constant(null),
  fc.double().map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.float32Array(),
  fc.int32Array(),
  fc.uint8Array(),
);
const key = fc.oneof(
  fc.constantFrom('$array', '$number', '$$'),
  fc.string().filter((name) => name !== '__proto__'),
);
const { message } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value')), tie('message')),
  message: fc.dictionary(key, tie('value'), { noNullPrototype: true }),
}));

test('a message arrives as it was sent: numbers that JSON has not, and arrays, too', () => {
  fc.assert(fc.property(message, (sent) => assert.deepEqual(decode(encode(sent)), sent)));
});

test('frames are found however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array()),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map(framed));
        const reader = new FrameReader();
        const found: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          found.push(...reader.push(new Uint8Array(stream.subarray(at, at + size))));
          at += size;
        }
        assert.deepEqual(found, frames);
      },
    ),
  );
});
