import type { Draw } from './draw.js';

/** How the valid files of a reader are made, which decides how they are spoilt. */
export type Form = 'text' | 'bytes';

/** No input is longer: what files of any size do has tests of its own. Most are short, so that many can be tried. */
const longest = 256 * 1024;
const usuallyLongest = 8 * 1024;

/** One to four changes to a valid file. */
export function mutated(samples: readonly Uint8Array[], form: Form, draw: Draw): Uint8Array {
  const most = draw.below(64) === 0 ? longest : usuallyLongest;
  let bytes: Uint8Array = Uint8Array.from(draw.of(samples));
  for (let changes = 1 + draw.below(4); changes > 0; changes--) {
    const onText = form === 'text' && draw.below(4) > 0;
    bytes = onText ? draw.of(textChanges)(bytes, draw) : draw.of(byteChanges)(bytes, draw, samples);
    bytes = bytes.subarray(0, most);
  }
  return bytes;
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

type ByteChange = (bytes: Uint8Array, draw: Draw, samples: readonly Uint8Array[]) => Uint8Array;

const byteChanges: readonly ByteChange[] = [
  function bitFlip(bytes, draw) {
    const at = draw.below(bytes.length);
    if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << draw.below(8));
    return bytes;
  },
  function cut(bytes, draw) {
    return bytes.subarray(0, draw.below(bytes.length));
  },
  function removal(bytes, draw) {
    const [from, to] = sliceOf(bytes, draw);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  function repeats(bytes, draw) {
    const [from, to] = sliceOf(bytes, draw);
    const times = Math.min(1 << draw.below(12), Math.ceil(longest / Math.max(1, to - from)));
    return joined(
      bytes.subarray(0, from),
      ...Array<Uint8Array>(times).fill(bytes.subarray(from, to)),
      bytes.subarray(to),
    );
  },
  function splice(bytes, draw, samples) {
    const other = draw.of(samples);
    return joined(bytes.subarray(0, draw.below(bytes.length)), other.subarray(draw.below(other.length)));
  },
  function sizeField(bytes, draw) {
    const width = draw.of([1, 2, 4, 8]);
    // Sizes stand near the beginning more often than elsewhere.
    const at = draw.below(draw.below(2) === 0 ? Math.min(64, bytes.length) : bytes.length);
    if (at + width > bytes.length) return bytes;
    const field = Buffer.alloc(8);
    field.writeBigUInt64LE(BigInt.asUintN(64, draw.of(sizes)));
    const written = field.subarray(0, width);
    bytes.set(draw.below(2) === 0 ? written : written.reverse(), at);
    return bytes;
  },
  function noise(bytes, draw) {
    const at = draw.below(bytes.length + 1);
    const added = Uint8Array.from({ length: 1 + draw.below(16) }, () => draw.below(256));
    return joined(bytes.subarray(0, at), added, bytes.subarray(at));
  },
];

const sizes = [0n, 1n, 0x7fn, 0xffn, 0x7fffn, 0xffffn, 100_000_000n, 0x7fff_ffffn, 0xffff_ffffn, 1n << 53n, -1n, -8n];

function sliceOf(bytes: Uint8Array, draw: Draw): [from: number, to: number] {
  const from = draw.below(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + draw.below(1 << draw.below(12)))];
}

type TextChange = (bytes: Uint8Array, draw: Draw) => Uint8Array;

/** Puts something in the place of one of the matches. */
function replaced(bytes: Uint8Array, pattern: RegExp, draw: Draw, by: (found: string) => string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return bytes;
  const { index, 0: match } = draw.of(found);
  return Buffer.from(text.slice(0, index) + by(match) + text.slice(index + match.length), 'latin1');
}

const textChanges: readonly TextChange[] = [
  function hugeNumber(bytes, draw) {
    return replaced(bytes, /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi, draw, () => draw.of(numbers));
  },
  function otherValue(bytes, draw) {
    return replaced(bytes, /"[^"]*"|-?\d+(?:\.\d+)?|true|false|null/g, draw, () => draw.of(values));
  },
  function nesting(bytes, draw) {
    const depth = 1 << draw.below(15);
    const [open, close] = draw.of([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    return replaced(
      bytes,
      /"[^"]*"|-?\d+|null|true|false/g,
      draw,
      (found) => open.repeat(depth) + found + (draw.below(2) === 0 ? '' : close.repeat(depth)),
    );
  },
  function manyKeys(bytes, draw) {
    const many = Array.from({ length: 1 << draw.below(13) }, (_, key) => `"k${key.toString()}":${key.toString()},`);
    return replaced(bytes, /\{/g, draw, (found) => found + many.join(''));
  },
  function manyItems(bytes, draw) {
    return replaced(bytes, /\[/g, draw, (found) => found + `${draw.of(values)},`.repeat(1 << draw.below(14)));
  },
  function keyOfOthers(bytes, draw) {
    return replaced(bytes, /"[^"]*"(?=\s*:)/g, draw, () => draw.of(keys));
  },
  function manyLines(bytes, draw) {
    return replaced(bytes, /\n/g, draw, () => draw.of(lines).repeat(1 << draw.below(14)));
  },
];

const numbers = ['0', '-1', '1e9', '2e9', '4294967296', '9007199254740993', '1e308', '1e999', '-0', '1e-400', '0.5'];
const values = [
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '"\\u0000"',
  '"\\ud800"',
  '[null]',
  `"${'a'.repeat(5000)}"`,
  ...numbers,
];
const keys = ['"__proto__"', '"constructor"', '"toString"', '""', '"length"', '"type"', '"version"', '"count"'];
const lines = ['\n', 'x\n', '{}\n', '[]\n', '"', '{"type":"note","time":1,"text":"a"}\n', '\r', '\u00ff'];
