/**
 * Random numbers as a pure function of (seed, name, position): Philox4x32-10 of Salmon et al., "Parallel Random Numbers:
 * As Easy as 1, 2, 3" (SC 2011). There is no state to save, so a run resumed at step 700 draws what it would have drawn.
 */

/** Four 32-bit words of a block. */
type Block = Uint32Array;

const blockWords = 4;
const twoTo32 = 4294967296;
const twoTo16 = 65536;

// As int32, which keeps the rounds in integer arithmetic: twice as fast.
const multiplier0 = 0xd2511f53 | 0;
const multiplier1 = 0xcd9e8d57 | 0;
const weyl0 = 0x9e3779b9 | 0;
const weyl1 = 0xbb67ae85 | 0;
const rounds = 10;

/**
 * Writes the Philox4x32-10 block of a 128-bit counter and a 64-bit key to out[at] … out[at + 3]. Its arguments are not
 * named, for it runs 20,000 times a training step.
 */
export function philox(
  out: Block,
  at: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
): void {
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < rounds; round++) {
    const high0 = highWord(x0, multiplier0);
    const low0 = Math.imul(x0, multiplier0);
    const high1 = highWord(x2, multiplier1);
    const low1 = Math.imul(x2, multiplier1);
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  out[at] = x0;
  out[at + 1] = x1;
  out[at + 2] = x2;
  out[at + 3] = x3;
}

/** The upper 32 bits of the unsigned product, from four products of halves. */
function highWord(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * The random numbers of one purpose: `randomStream(seed, 'dropout', layer, step)`. Each method draws from the start of
 * the stream, so use one stream for one thing: streams of different names are independent, two uses of one are not.
 * A stream has 2³² blocks of four words.
 */
export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #words = new Uint32Array(256);

  constructor(key0: number, key1: number) {
    this.#key0 = key0 | 0;
    this.#key1 = key1 | 0;
  }

  /** Fills `out` with the words of the blocks from number `block` on; its length is a multiple of four. */
  fillUint32(out: Uint32Array, block = 0): void {
    if (out.length % blockWords !== 0) throw new RangeError(`fillUint32: ${out.length} words are no whole blocks`);
    checkPosition(block);
    checkPosition(block + Math.max(0, out.length / blockWords - 1));
    const first = block | 0;
    for (let at = 0; at < out.length; at += blockWords) {
      philox(out, at, (first + (at >>> 2)) | 0, 0, 0, 0, this.#key0, this.#key1);
    }
  }

  /** Number `index` of the stream, uniform in [0, 1) with 53 random bits. */
  uniform(index: number): number {
    checkPosition(index);
    const words = this.#words;
    philox(words, 0, index, 0, 0, 0, this.#key0, this.#key1);
    const [high = 0, low = 0] = words;
    return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
  }

  /** Fills `out` with numbers uniform between `low` and `high`, 32 random bits each. */
  fillUniform(out: Float32Array, { low, high }: { low: number; high: number }): void {
    const words = this.#words;
    const scale = (high - low) / twoTo32;
    for (let at = 0; at < out.length; at += words.length) {
      this.fillUint32(words, at / blockWords);
      const count = Math.min(words.length, out.length - at);
      for (let i = 0; i < count; i++) out[at + i] = low + scale * (words[i] ?? 0);
    }
  }

  /** Fills `out` with normal numbers around 0 (Box and Muller, 1958), 32 random bits each. */
  fillNormal(out: Float32Array, deviation: number): void {
    const words = this.#words;
    for (let at = 0; at < out.length; at += words.length) {
      this.fillUint32(words, at / blockWords);
      const count = Math.min(words.length, out.length - at);
      for (let i = 0; i < count; i += 2) {
        // Of (0, 1]: the logarithm of 0 is not finite.
        const radius = deviation * Math.sqrt(-2 * Math.log(((words[i] ?? 0) + 1) / twoTo32));
        const angle = (2 * Math.PI * (words[i + 1] ?? 0)) / twoTo32;
        out[at + i] = radius * Math.cos(angle);
        if (i + 1 < count) out[at + i + 1] = radius * Math.sin(angle);
      }
    }
  }

  /**
   * Whole number `index` of the stream, each of 0 … n − 1 exactly equally likely (Lemire's rejection, 2019).
   * @param n 1 … 2³² − 1
   */
  below(n: number, index: number): number {
    if (!Number.isInteger(n) || n < 1 || n >= twoTo32) throw new RangeError(`below(${n}): expected 1 … 2^32 - 1`);
    checkPosition(index);
    const words = this.#words;
    const unfair = twoTo32 % n;
    const factor = n | 0;
    for (let attempt = 0; ; attempt++) {
      philox(words, 0, index, 0, attempt, 0, this.#key0, this.#key1);
      for (let i = 0; i < blockWords; i++) {
        const word = words[i] ?? 0;
        if (Math.imul(word, factor) >>> 0 >= unfair) return highWord(word, factor) >>> 0;
      }
    }
  }

  /** A permutation of 0 … n − 1, each equally likely (Fisher–Yates). */
  shuffle(n: number): Int32Array {
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1, i);
      const kept = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = kept;
    }
    return order;
  }

  /**
   * Fills `out` with 0 (dropped, with probability `rate`) and 1 (kept). The rate is rounded to 1/65536, and a unit takes
   * only as many random bits as that needs: one for 1/2, two for 1/4, sixteen for 1/5.
   * @param rate 0 ≤ rate < 1
   */
  dropoutMask(out: Uint8Array, rate: number): void {
    if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropoutMask: rate ${rate}, expected 0 ≤ rate < 1`);
    const threshold = Math.round(rate * twoTo16);
    const bits = bitsNeeded(threshold);
    const limit = threshold >>> (16 - bits);
    const unitMask = (1 << bits) - 1;
    const words = this.#words;
    const unitsPerWord = 32 / bits;
    const unitsPerFill = words.length * unitsPerWord;
    for (let start = 0; start < out.length; start += unitsPerFill) {
      this.fillUint32(words, (start / unitsPerFill) * (words.length / blockWords));
      const end = Math.min(start + unitsPerFill, out.length);
      let at = start;
      for (let i = 0; at < end; i++) {
        const word = words[i] ?? 0;
        const wordEnd = Math.min(at + unitsPerWord, end);
        for (let shift = 0; at < wordEnd; shift += bits) {
          // The sign bit of the difference: a branch on a coin flip is mispredicted half the time.
          out[at++] = ((((word >>> shift) & unitMask) - limit) >>> 31) ^ 1;
        }
      }
    }
  }
}

function checkPosition(position: number): void {
  if (!Number.isInteger(position) || position < 0 || position >= twoTo32) {
    throw new RangeError(`position ${position} of a random stream: expected 0 … 2^32 - 1`);
  }
}

/** The fewest bits, dividing 16, in which threshold / 65536 is a whole number of steps. */
function bitsNeeded(threshold: number): number {
  let bits = 1;
  while (bits < 16 && threshold % (1 << (16 - bits)) !== 0) bits *= 2;
  return bits;
}

const kind = { seed: 0, number: 1, text: 2, character: 3 } as const;

/**
 * The stream of a purpose. Its key is made from the parts of the name one after the other, each by one Philox block.
 * @param seed and every number of the name: a whole number 0 … 2⁵³ − 1
 */
export function randomStream(seed: number, ...name: readonly (number | string)[]): RandomStream {
  const key: Block = new Uint32Array(blockWords);
  mix(key, kind.seed, seed);
  for (const part of name) {
    if (typeof part === 'number') {
      mix(key, kind.number, part);
    } else {
      mix(key, kind.text, part.length);
      for (let i = 0; i < part.length; i++) mix(key, kind.character, part.charCodeAt(i));
    }
  }
  return new RandomStream(key[0] ?? 0, key[1] ?? 0);
}

function mix(key: Block, tag: number, part: number): void {
  if (!Number.isSafeInteger(part) || part < 0) {
    throw new RangeError(`randomStream: ${part} is not a whole number from 0 to 2^53 - 1`);
  }
  // Tagged in a counter word that drawing leaves at 0, so that no key is ever a drawn number.
  philox(key, 0, part, Math.floor(part / twoTo32), 0, tag + 1, key[0] ?? 0, key[1] ?? 0);
}
