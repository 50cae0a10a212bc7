import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPickle } from '../../../src/data/weights/pickleShape.js';
import { torchFileOf } from '../../../src/data/weights/torchFile.js';

/** Opcodes and what follows them; a text is written as it is. */
const pickle = (...parts: readonly (string | readonly number[] | Buffer)[]): Buffer =>
  Buffer.concat(
    [[0x80, 2], ...parts, '.'].map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  );

const text = (of: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(of.length);
  return Buffer.concat([Buffer.from('X'), length, Buffer.from(of)]);
};
const kept = (place: number): number[] => ['q'.charCodeAt(0), place];
const again = (place: number): number[] => ['h'.charCodeAt(0), place];

/** A dictionary that holds no weights, and others that hold the one before, so many times each. */
function shared({ dictionaries, times }: { dictionaries: number; times: number }): Buffer {
  const keys = Array.from({ length: times }, (_, index) => text(`key ${index}`));
  const parts = Array.from({ length: dictionaries }, (_, at) => [
    '}',
    kept(at + 1),
    '(',
    ...keys.flatMap((key) => [key, again(at)]),
    'u',
  ]);
  return pickle('}', kept(0), ...parts.flat());
}

const tensor = ['ctorch._utils\n_rebuild_tensor_v2\n', ')', 'R'] as const;
/** The longest that a test may take, and far more than one does: what doubles sixty times never ends. */
const soon = { timeout: 20_000 };

describe('a pickle that was made to keep whoever reads it busy', () => {
  it('takes no longer where dictionaries share others', soon, () => {
    assert.equal(torchFileOf(shared({ dictionaries: 60, times: 2 })).form, null);
  });

  it('takes no longer where a few share one very often', soon, () => {
    assert.equal(torchFileOf(shared({ dictionaries: 4, times: 5000 })).form, null);
  });

  it('may nest as deep as it likes, or hold itself', soon, () => {
    const depth = 50_000;
    const inner = Buffer.concat([text('in'), Buffer.from('}')]);
    const nested = pickle('}', Buffer.alloc(depth * inner.length, inner), 's'.repeat(depth));
    assert.equal(torchFileOf(nested).form, null);
    assert.equal(torchFileOf(pickle('}', kept(0), text('self'), again(0), 's')).form, null);
  });
});

describe('a state dict that a file holds under two names', () => {
  it('is found, where it lies highest', () => {
    const state = ['}', kept(0), text('fc.weight'), ...tensor, 's'] as const;
    const file = pickle('}', text('inner'), '}', text('model'), ...state, 's', 's', text('state_dict'), again(0), 's');
    assert.deepEqual(torchFileOf(file).form, { kind: 'state', keys: ['state_dict'], others: [] });
  });

  it('gives up on a pickle that would fill the memory', () => {
    assert.equal(readPickle(pickle('N'.repeat(3_000_000))), null);
    assert.notEqual(readPickle(pickle('N'.repeat(300_000))), null);
  });
});
