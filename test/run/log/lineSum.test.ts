import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import * as z from 'zod';
import { crc32c } from '../../../src/node/files/crc32c.js';
import { isLineWhole, summedLine } from '../../../src/run/log/lineSum.js';
import { runFolder } from '../../../src/run/folder.js';
import { readLog } from '../../../src/run/log/logTail.js';
import { readLogEnds } from '../../../src/serve/logEnds.js';
import { openedLog } from '../opened.js';
import { epochEntry, startedEntry, stepsEntry } from '../sample.js';
import { temporaryFolder } from '../temporaryFolder.js';

const objectSchema = z.record(z.string(), z.unknown());

/** Bit by bit, as the polynomial is defined. */
function slowly(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

describe('CRC-32C', () => {
  it('is that of its definition for bytes of any length, wherever in memory they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(9), (bytes, shift) => {
        const moved = new Uint8Array(bytes.length + shift).subarray(shift);
        moved.set(bytes);
        assert.equal(crc32c(moved), slowly(bytes));
      }),
    );
  });
});

describe('a line of the log with its checksum', () => {
  it('is JSON with all that it was made of, and is whole', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { minKeys: 1 }), (entry) => {
        const named = { type: 'note', ...entry };
        const line = summedLine(named);
        assert.ok(isLineWhole(Buffer.from(line, 'utf8')));
        const { sum, ...found } = objectSchema.parse(JSON.parse(line));
        assert.match(String(sum), /^[0-9a-f]{8}$/);
        const { sum: _, ...expected } = objectSchema.parse(JSON.parse(JSON.stringify(named)));
        assert.deepEqual(found, expected);
      }),
    );
  });

  it('is passed over and named when a bit of it is another, and every other line is read', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'log.jsonl');
    const writer = await openedLog(runFolder(folder));
    const entries = [startedEntry(), stepsEntry(1, 100), epochEntry(1), stepsEntry(101, 100), epochEntry(2)];
    for (const entry of entries) writer.append(entry);
    writer.close();
    const whole = readFileSync(path);
    const newlines = [...whole].filter((byte) => byte === 0x0a).length;
    assert.equal(newlines, entries.length);
    let harmless = 0;
    for (let bit = 0; bit < 8 * whole.length; bit += 23) {
      const at = bit >> 3;
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit & 7)), at);
      writeFileSync(path, bytes);
      const { entries: found, problems } = await readLog(path);
      const line = whole.subarray(0, at).filter((byte) => byte === 0x0a).length;
      // A last line without its newline is torn: it is waited for.
      if (at === whole.length - 1) continue;
      if (problems.length === 0) {
        // The name of the checksum itself was hit: then what it stands for is untouched.
        assert.deepEqual(found, entries, `bit ${bit}`);
        harmless++;
        continue;
      }
      assert.equal(problems[0]?.code, 'log-line-damaged');
      assert.equal(problems[0].place?.line, line + 1, `bit ${bit}`);
      // A newline that is gone takes the line after it along.
      const lost = whole[at] === 0x0a ? [line, line + 1] : [line];
      assert.deepEqual(
        found,
        entries.filter((_, index) => !lost.includes(index)),
        `bit ${bit}`,
      );
      assert.deepEqual((await readLogEnds(path)).entries, found);
    }
    assert.ok(harmless < 100, `${harmless} bits`);
  });
});
