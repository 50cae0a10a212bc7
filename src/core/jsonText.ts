import { createScanner, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { describeFault, type FaultWords, type TextRange } from './spec/settings/jsonFault.js';
import type { Place } from './problem.js';
import { count } from './words.js';

/** Keys and list positions from the root of a JSON text to a value in it. */
export type JsonPath = readonly (string | number)[];

/** Whether a path leads to another, or through it. */
export function startsWith(path: JsonPath, start: JsonPath): boolean {
  return start.every((part, at) => part === path[at]);
}

/** What is wrong with a text as JSON, and where. */
export interface SyntaxFault extends FaultWords {
  readonly range: TextRange;
}

const deepest = 64;
/** Values in a text: a map of the 21,841 classes of ImageNet-21k has 44,000. */
const mostValues = 200_000;

/**
 * JSON with comments and trailing commas, and where everything in it stands. What can be understood of a damaged text
 * is there too.
 */
export class JsonText {
  /** The value; undefined for a text that holds none. An own key `__proto__` is a key like others. */
  readonly value: unknown;
  /** At most one a line: a slip of the pen disturbs what follows it. */
  readonly faults: readonly SyntaxFault[];
  readonly #text: string;
  readonly #root: Node | undefined;
  readonly #lineStarts: readonly number[];
  /** Of objects that were looked into: what is looked for in one is looked for often. */
  readonly #properties = new Map<Node, ReadonlyMap<string, Property>>();

  constructor(text: string) {
    // A byte order mark is no part of the text, but offsets count it.
    this.#text = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
    this.#lineStarts = [0, ...[...this.#text.matchAll(/\r\n|\r|\n/g)].map((end) => end.index + end[0].length)];
    const beyond = boundMet(this.#text);
    if (beyond !== null) {
      this.faults = [beyond];
      return;
    }
    const errors: ParseError[] = [];
    this.#root = parseTree(this.#text, errors, { allowTrailingComma: true });
    this.value = this.#root === undefined ? undefined : valueOf(this.#root);
    this.faults = this.#firstOfEachLine(errors).map(({ error, offset, length }) => {
      const range = this.#range({ offset, length });
      return { range, ...describeFault(error, { range, text: this.#text }) };
    });
  }

  /** Line and column, from 1. */
  place(offset: number): Required<Pick<Place, 'line' | 'column'>> {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** Where the value at a path stands; null when there is none. */
  valueRange(path: JsonPath): TextRange | null {
    const node = this.#find(path);
    return node === null ? null : this.#range(node);
  }

  /** Where the key that ends a path stands; null for list positions and for keys that are not there. */
  keyRange(path: JsonPath): TextRange | null {
    const key = this.#find(path)?.parent?.children?.[0];
    return key === undefined || typeof path.at(-1) !== 'string' ? null : this.#range(key);
  }

  /** Keys that an object has twice: the path of each later one, and where both stand. */
  duplicateKeys(): { readonly path: JsonPath; readonly first: TextRange; readonly again: TextRange }[] {
    return this.#root === undefined ? [] : this.#duplicatesIn(this.#root, []);
  }

  #duplicatesIn(node: Node, path: JsonPath): { path: JsonPath; first: TextRange; again: TextRange }[] {
    if (node.type === 'array') {
      return (node.children ?? []).flatMap((child, index) => this.#duplicatesIn(child, [...path, index]));
    }
    const firsts = new Map<string, Node>();
    return propertiesOf(node).flatMap(({ name, key, value }) => {
      const first = firsts.get(name);
      firsts.set(name, first ?? key);
      const here = [...path, name];
      const inside = value === undefined ? [] : this.#duplicatesIn(value, here);
      return first === undefined
        ? inside
        : [{ path: here, first: this.#range(first), again: this.#range(key) }, ...inside];
    });
  }

  #find(path: JsonPath): Node | null {
    let node = this.#root;
    for (const part of path) {
      if (node === undefined) return null;
      if (typeof part === 'number') node = node.type === 'array' ? node.children?.[part] : undefined;
      else node = this.#propertiesOf(node).get(part)?.value;
    }
    return node ?? null;
  }

  /** By name; the last of several equal keys is the one whose value counts. */
  #propertiesOf(node: Node): ReadonlyMap<string, Property> {
    const known =
      this.#properties.get(node) ??
      new Map(propertiesOf(node).flatMap((each) => (each.value === undefined ? [] : [[each.name, each]])));
    this.#properties.set(node, known);
    return known;
  }

  /** The parser counts on beyond the end of what is never closed. */
  #range({ offset, length }: TextRange): TextRange {
    const start = Math.min(offset, this.#text.length);
    return { offset: start, length: Math.max(0, Math.min(length, this.#text.length - start)) };
  }

  #firstOfEachLine(errors: readonly ParseError[]): ParseError[] {
    const lines = new Set<number>();
    return errors.filter((error, index) => {
      const { line } = this.place(error.offset);
      const before = errors[index - 1];
      const atEnd = this.#text.slice(error.offset).trim() === '';
      const next = before !== undefined && this.#text.slice(before.offset + before.length, error.offset).trim() === '';
      if ((atEnd && index > 0) || next || lines.has(line)) return false;
      lines.add(line);
      return true;
    });
  }
}

/** The parser is recursive: a text nested deeper than its stack would end it. So would one that fills the memory. */
function boundMet(text: string): SyntaxFault | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  let values = 1;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    const first = text[offset];
    if (first === '{' || first === '[') depth++;
    if (first === '}' || first === ']') depth--;
    if (first === ',') values++;
    if (depth > deepest) {
      return {
        range: { offset, length: 1 },
        message: `Brackets are nested deeper than ${deepest} here.`,
        fix: 'An experiment needs no more than 6: check where this comes from.',
      };
    }
    if (values > mostValues) {
      return {
        range: { offset, length: 1 },
        message: `There are more than ${count(mostValues)} values up to here.`,
        fix: 'An experiment needs a few hundred: check where this comes from.',
      };
    }
  }
  return null;
}

interface Property {
  readonly name: string;
  readonly key: Node;
  /** Missing in a damaged text. */
  readonly value: Node | undefined;
}

function propertiesOf(node: Node): Property[] {
  if (node.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key === undefined ? [] : [{ name: String(key.value), key, value }],
  );
}

/** Not jsonc-parser's getNodeValue: that would set the prototype for a key `__proto__`. */
function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value;
  return Object.fromEntries(
    propertiesOf(node).flatMap(({ name, value }) => (value === undefined ? [] : [[name, valueOf(value)]])),
  );
}
