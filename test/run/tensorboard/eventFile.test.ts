import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { crc32c } from '../../../src/node/files/crc32c.js';
import { eventRecord, fileHead } from '../../../src/run/tensorboard/eventFile.js';

/** What TensorBoard's own writer made of some events (record_tensorboard.py). */
const { head, records } = z
  .object({
    head: z.object({ time: z.number(), record: z.string() }),
    records: z.array(
      z.object({
        event: z.object({ step: z.int(), time: z.number(), values: z.record(z.string(), z.number()) }),
        record: z.string(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync('test/fixtures/tensorboard.json', 'utf8')));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('an event file', () => {
  it('begins as TensorBoard begins it, to the byte', () => {
    assert.equal(base64(fileHead(head.time)), head.record);
  });

  for (const { event, record } of records) {
    it(`holds step ${event.step} as TensorBoard writes it, to the byte`, () => {
      assert.equal(base64(eventRecord(event)), record);
    });
  }

  it('is checked by CRC-32C (RFC 3720, B.4)', () => {
    assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  });
});
