import { crc32c } from '../../node/files/crc32c.js';
import protobuf from 'protobufjs/minimal.js';

/** Numbers that belong to one step, under the names that TensorBoard groups by what is before the slash. */
export interface ScalarEvent {
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/**
 * TensorBoard's event file: TFRecords of `tensorflow.Event`, the first of which names the version
 * (tensorflow/core/util/event.proto, tensorflow/core/lib/io/record_writer.h).
 */
export const fileHead = (time: number): Uint8Array =>
  record(wallTime(time).uint32(string(3)).string('brain.Event:2').finish());

/** One event as a record. Values are kept as float32, as TensorBoard has them. */
export function eventRecord({ step, time, values }: ScalarEvent): Uint8Array {
  const event = wallTime(time).uint32(varint(2)).int64(step);
  event.uint32(string(5)).fork();
  for (const [tag, value] of Object.entries(values)) {
    event.uint32(string(1)).fork();
    event.uint32(string(1)).string(tag);
    event.uint32(fixed32(2)).float(value);
    event.ldelim();
  }
  return record(event.ldelim().finish());
}

const wallTime = (time: number): protobuf.Writer =>
  protobuf.Writer.create()
    .uint32(fixed64(1))
    .double(time / 1000);

/** Tags of protocol buffers: the number of a field, and how it is written. */
const varint = (field: number): number => field * 8;
const fixed64 = (field: number): number => field * 8 + 1;
const string = (field: number): number => field * 8 + 2;
const fixed32 = (field: number): number => field * 8 + 5;

/** Length, its checksum, the bytes, their checksum. */
function record(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(8 + 4 + bytes.length + 4);
  const view = new DataView(result.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, masked(crc32c(result.subarray(0, 8))), true);
  result.set(bytes, 12);
  view.setUint32(12 + bytes.length, masked(crc32c(bytes)), true);
  return result;
}

/** A checksum of what holds checksums itself is weak, so TFRecord turns and shifts it. */
const masked = (checksum: number): number => (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
