/**
 * What a pickle would become, as far as it can be told without making anything: nothing in it is run. Enough is followed
 * of the stack machine (CPython's `Lib/pickletools.py` has all of it) to know dictionaries by their keys, and tensors and
 * other objects by the names of their classes.
 */
export type PickleShape =
  /** May be shared by several others and may hold itself: whoever looks into it looks into each but once. */
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, PickleShape> }
  /** @param name as in `torchvision.models.resnet.ResNet` */
  | { readonly kind: 'object'; readonly name: string }
  | { readonly kind: 'tensor' }
  /** Numbers, texts, lists and what else a checkpoint keeps. */
  | { readonly kind: 'other' };

export interface ReadPickle {
  readonly shape: PickleShape;
  /** Names of everything that unpickling would import. */
  readonly globals: ReadonlySet<string>;
  /** The offset behind it. */
  readonly end: number;
}

/** On the machine's stack. Dictionaries grow after they were pushed. */
type Value =
  | { readonly kind: 'dict'; readonly entries: Map<string, PickleShape> }
  | Exclude<PickleShape, { kind: 'dict' }>
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'mark' };

/** Bytes behind an opcode: a number of them, two lines, or a length in so many bytes and as many bytes after it. */
type Argument = number | 'lines' | { readonly counted: 1 | 4 | 8 };

const byCharacter: Readonly<Record<string, Argument>> = {
  ...{ '.': 0, '(': 0, '0': 0, '1': 0, '2': 0, N: 0, Q: 0, R: 0, a: 0, b: 0, d: 0, '}': 0, e: 0, l: 0, ']': 0 },
  ...{ o: 0, s: 0, t: 0, ')': 0, u: 0, K: 1, h: 1, q: 1, M: 2, J: 4, j: 4, r: 4, G: 8, c: 'lines' },
  ...{ T: { counted: 4 }, X: { counted: 4 }, B: { counted: 4 }, U: { counted: 1 }, C: { counted: 1 } },
};
const byNumber: Readonly<Record<number, Argument>> = {
  ...{ 0x80: 1, 0x81: 0, 0x82: 1, 0x83: 2, 0x84: 4, 0x85: 0, 0x86: 0, 0x87: 0, 0x88: 0, 0x89: 0 },
  ...{ 0x8a: { counted: 1 }, 0x8b: { counted: 4 }, 0x8c: { counted: 1 }, 0x8d: { counted: 8 }, 0x8e: { counted: 8 } },
  ...{ 0x8f: 0, 0x90: 0, 0x91: 0, 0x92: 0, 0x93: 0, 0x94: 0, 0x95: 8, 0x96: { counted: 8 }, 0x97: 0, 0x98: 0 },
};

const other = { kind: 'other' } as const;

/**
 * @param at where the pickle begins
 * @returns null for what is no pickle of protocol 2 or newer, is cut short, or would fill the memory
 */
export function readPickle(bytes: Uint8Array, at = 0): ReadPickle | null {
  if (bytes[at] !== 0x80) return null;
  const machine = new PickleMachine();
  for (let place = at; place < bytes.length;) {
    const step = stepAt(bytes, place);
    if (step === null) return null;
    if (step.opcode === '.') {
      const shape = machine.result();
      return { shape, globals: machine.globals, end: step.end };
    }
    if (!machine.take(step.opcode, step.argument)) return null;
    place = step.end;
  }
  return null;
}

interface Step {
  /** The character of the opcode, or its number as `\x93`. */
  readonly opcode: string;
  readonly argument: Uint8Array;
  readonly end: number;
}

function stepAt(bytes: Uint8Array, place: number): Step | null {
  const code = bytes[place] ?? 0;
  const opcode = String.fromCharCode(code);
  const layout = byCharacter[opcode] ?? byNumber[code];
  const from = place + 1;
  if (layout === undefined) return null;
  if (layout === 'lines') {
    const end = bytes.indexOf(10, bytes.indexOf(10, from) + 1) + 1;
    return end === 0 ? null : { opcode, argument: bytes.subarray(from, end), end };
  }
  const begin = typeof layout === 'number' ? from : from + layout.counted;
  const end = begin + (typeof layout === 'number' ? layout : numberIn(bytes.subarray(from, begin)));
  return end > bytes.length ? null : { opcode, argument: bytes.subarray(begin, end), end };
}

/** Little-endian and unsigned. */
const numberIn = (bytes: Uint8Array): number => bytes.reduceRight((number, byte) => number * 256 + byte, 0);
const textIn = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Values on the stack at a time: a checkpoint has a few for each of its thousand tensors. */
const mostValues = 1_000_000;

class PickleMachine {
  readonly globals = new Set<string>();
  readonly #stack: Value[] = [];
  readonly #memo = new Map<number, Value>();

  result(): PickleShape {
    return shapeOf(this.#pop());
  }

  /** @returns false for an opcode that is not known, and where there is no more room */
  take(opcode: string, argument: Uint8Array): boolean {
    switch (opcode) {
      case '\x80':
      case '\x95':
        return true;
      case '(':
        return this.#push({ kind: 'mark' });
      case '}':
        return this.#push({ kind: 'dict', entries: new Map() });
      case 'X':
      case 'U':
      case 'T':
      case '\x8c':
      case '\x8d':
        return this.#push({ kind: 'text', text: textIn(argument) });
      case 'c':
        return this.#global(textIn(argument).trimEnd().replace('\n', '.'));
      case '\x93': {
        const [module, name] = [this.#under(1), this.#pop()].map((each) => (each.kind === 'text' ? each.text : '?'));
        this.#pop();
        return this.#global(`${module ?? ''}.${name ?? ''}`);
      }
      case 'q':
      case 'r':
        this.#memo.set(numberIn(argument), this.#under(0));
        return true;
      case '\x94':
        this.#memo.set(this.#memo.size, this.#under(0));
        return true;
      case 'h':
      case 'j':
        return this.#push(this.#memo.get(numberIn(argument)) ?? other);
      case '2':
        return this.#push(this.#under(0));
      case 's':
        return this.#set([this.#under(1), this.#pop()], { keys: 1 });
      case 'u':
        return this.#set(this.#untilMark(), { keys: 0 });
      case 'd': {
        const items = this.#untilMark();
        this.#push({ kind: 'dict', entries: new Map() });
        return this.#set(items, { keys: 0 });
      }
      case '0':
      case 'a':
      case 'b':
        this.#pop();
        return true;
      case '1':
      case 'e':
      case '\x90':
        this.#untilMark();
        return true;
      case 't':
      case 'l':
      case '\x91':
        this.#untilMark();
        return this.#push(other);
      case 'o': {
        const [made] = this.#untilMark();
        return this.#push(instanceOf(made ?? other));
      }
      case 'Q':
      case '\x85':
        return this.#replace(1, other);
      case '\x86':
        return this.#replace(2, other);
      case '\x87':
        return this.#replace(3, other);
      case 'R':
      case '\x81':
        return this.#replace(2, instanceOf(this.#under(1)));
      case '\x92':
        return this.#replace(3, instanceOf(this.#under(2)));
      case '\x98':
        return true;
      default:
        // Numbers, bytes, None and the like, which only fill a place.
        return this.#push(other);
    }
  }

  /** @returns false where there is no more room */
  #push(value: Value): boolean {
    if (this.#stack.length >= mostValues) return false;
    this.#stack.push(value);
    return true;
  }

  #pop(): Value {
    return this.#stack.pop() ?? other;
  }

  #under(depth: number): Value {
    return this.#stack.at(-1 - depth) ?? other;
  }

  #replace(count: number, value: Value): boolean {
    this.#stack.splice(-count, count);
    return this.#push(value);
  }

  #untilMark(): Value[] {
    const at = this.#stack.findLastIndex(({ kind }) => kind === 'mark');
    const [, ...values] = this.#stack.splice(Math.max(0, at));
    return values;
  }

  #global(name: string): boolean {
    this.globals.add(name);
    return this.#push({ kind: 'global', name });
  }

  /** Sets keys and values, one after the other, in the dictionary under them. @param keys how many lie on the stack still */
  #set(items: readonly Value[], { keys }: { keys: number }): true {
    for (let count = 0; count < keys; count++) this.#pop();
    const into = this.#under(0);
    if (into.kind !== 'dict') return true;
    for (let index = 0; index + 1 < items.length; index += 2) {
      const [key, value] = [items[index], items[index + 1]];
      if (key?.kind === 'text' && value !== undefined) into.entries.set(key.text, shapeOf(value));
    }
    return true;
  }
}

/** What calling something gives. */
function instanceOf(called: Value): Value {
  if (called.kind !== 'global') return other;
  if (/^collections\.(?:OrderedDict|defaultdict)$/.test(called.name)) return { kind: 'dict', entries: new Map() };
  return /\._rebuild_\w*(?:tensor|parameter)/.test(called.name)
    ? { kind: 'tensor' }
    : { kind: 'object', name: called.name };
}

/** Dictionaries stay the machine's own: to copy them would take twice as long for each one that holds another twice. */
function shapeOf(value: Value): PickleShape {
  switch (value.kind) {
    case 'dict':
    case 'object':
    case 'tensor':
    case 'other':
      return value;
    case 'text':
    case 'global':
    case 'mark':
      return other;
  }
}
