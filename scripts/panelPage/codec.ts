/**
 * A message of the panel as bytes, for a page without VS Code: what structured cloning keeps and JSON loses (typed
 * arrays, NaN, infinities) is kept here too. A frame is
 *
 *   uint32 length of the text · text · zeros up to a multiple of 8 · each array, padded likewise
 *
 * The text is JSON in which `{ "$array": [kind, place, length] }` stands for an array and `{ "$number": "NaN" }` for
 * a number that JSON has not. A key of the message that begins with `$` is given another one.
 */
const kinds = { Uint8Array, Int32Array, Float32Array, Float64Array } as const;
type Kind = keyof typeof kinds;
type KnownArray = Uint8Array | Int32Array | Float32Array | Float64Array;

/** @param message an object, as all messages are. @throws Error for an array of a kind that no message has */
export function encode(message: object): Uint8Array<ArrayBuffer> {
  const arrays: KnownArray[] = [];
  let bytes = 0;
  const place = (array: KnownArray): unknown => {
    const at = bytes;
    arrays.push(array);
    bytes += padded(array.byteLength);
    return { $array: [kindOf(array), at, array.length] };
  };
  const text = new TextEncoder().encode(JSON.stringify(tag(message, place)));
  const start = padded(4 + text.length);
  const frame = new Uint8Array(start + bytes);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, 4);
  let at = start;
  for (const array of arrays) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += padded(array.byteLength);
  }
  return frame;
}

/** @throws Error for bytes that `encode` did not write */
export function decode(frame: Uint8Array): unknown {
  const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
  const start = padded(4 + length);
  const text = new TextDecoder().decode(frame.subarray(4, 4 + length));
  return untag(JSON.parse(text), (kind, place, count) => {
    const { BYTES_PER_ELEMENT } = kinds[kind];
    const from = start + place;
    // A copy by this constructor: `slice` of a Node Buffer is a view of the whole.
    const own = new Uint8Array(frame.subarray(from, from + count * BYTES_PER_ELEMENT));
    return new kinds[kind](own.buffer, 0, count);
  });
}

function tag(value: unknown, place: (array: KnownArray) => unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return place(known(value));
  if (Array.isArray(value)) return value.map((item) => tag(item, place));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, tag(item, place)]),
  );
}

function untag(value: unknown, array: (kind: Kind, place: number, length: number) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => untag(item, array));
  if ('$number' in value) return Number(value.$number);
  if ('$array' in value) return array(...placeOf(value.$array));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.startsWith('$') ? key.slice(1) : key, untag(item, array)]),
  );
}

function placeOf(value: unknown): [kind: Kind, place: number, length: number] {
  if (Array.isArray(value)) {
    const [kind, place, length] = value as readonly unknown[];
    if (isKind(kind) && typeof place === 'number' && typeof length === 'number') return [kind, place, length];
  }
  throw new Error('no place of an array');
}

function known(view: ArrayBufferView): KnownArray {
  for (const kind of Object.values(kinds)) if (view instanceof kind) return view;
  throw new Error(`no message has an array of the kind ${view.constructor.name}`);
}

function kindOf(array: KnownArray): Kind {
  const { name } = array.constructor;
  if (isKind(name)) return name;
  throw new Error(`no message has an array of the kind ${name}`);
}

function isKind(name: unknown): name is Kind {
  return typeof name === 'string' && Object.hasOwn(kinds, name);
}

function padded(bytes: number): number {
  return 8 * Math.ceil(bytes / 8);
}
