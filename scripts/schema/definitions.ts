import { canonicalJson, isJsonObject } from '../../src/core/json.js';

type Schema = Readonly<Record<string, unknown>>;

/** A shorter one is read more quickly where it stands. */
const leastLength = 200;

/**
 * The same JSON Schema with what stands in it more than once written once, under `$defs`. A part is shared only with
 * parts that are equal to it in everything, so a reference needs nothing beside it: draft 7 would not look at it.
 */
export function withDefinitions(schema: Schema): Schema {
  const nodes = new Map<string, Node>();
  const root = nodeOf(schema, { nodes, name: 'experiment' });
  const names = namesOf([...nodes.values()].filter((node) => node !== root && isShared(node)));
  const definitions = [...names].map(([{ schema }, name]) => [name, referring(schema, { nodes, names })] as const);
  return { ...referring(schema, { nodes, names }), $defs: Object.fromEntries(definitions) };
}

/** A part of a schema, however often it is written. */
interface Node {
  readonly schema: Schema;
  readonly text: string;
  /** What it is called where it was met first. */
  readonly name: string;
  /** How many places in different parts are this one. */
  places: number;
}

const isShared = ({ places, text }: Node): boolean => places > 1 && text.length >= leastLength;

function nodeOf(schema: Schema, { nodes, name }: { nodes: Map<string, Node>; name: string }): Node {
  const text = canonicalJson(schema);
  const known = nodes.get(text);
  if (known !== undefined) {
    known.places++;
    return known;
  }
  const node = { schema, text, name, places: 1 };
  nodes.set(text, node);
  mapParts(schema, (part, key) => {
    nodeOf(part, { nodes, name: nameOf(part) ?? key ?? `${name}Item` });
    return part;
  });
  return node;
}

/** `sgd` for the form of an optimizer that is `sgd`. */
function nameOf({ properties }: Schema): string | null {
  const [first] = Object.values(isJsonObject(properties) ? properties : {});
  return isJsonObject(first) && typeof first.const === 'string' ? first.const : null;
}

function namesOf(nodes: readonly Node[]): ReadonlyMap<Node, string> {
  const taken = new Map<string, number>();
  return new Map(
    nodes.map((node) => {
      const before = taken.get(node.name) ?? 0;
      taken.set(node.name, before + 1);
      return [node, before === 0 ? node.name : `${node.name}-${before + 1}`] as const;
    }),
  );
}

function referring(
  schema: Schema,
  { nodes, names }: { nodes: ReadonlyMap<string, Node>; names: ReadonlyMap<Node, string> },
): Schema {
  return mapParts(schema, (part) => {
    const node = nodes.get(canonicalJson(part));
    const name = node === undefined ? undefined : names.get(node);
    return name === undefined ? referring(part, { nodes, names }) : { $ref: `#/$defs/${name}` };
  });
}

const maps = ['properties', 'patternProperties'];
const lists = ['oneOf', 'anyOf', 'allOf'];
const single = ['items', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else'];

/** A schema with each schema in it changed. @param change is told the name of the property, or null */
function mapParts(schema: Schema, change: (part: Schema, key: string | null) => Schema): Schema {
  const changed = (part: unknown, key: string | null): unknown => (isJsonObject(part) ? change(part, key) : part);
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (single.includes(key)) return [key, changed(value, null)];
      if (lists.includes(key) && Array.isArray(value)) return [key, value.map((part: unknown) => changed(part, null))];
      if (maps.includes(key) && isJsonObject(value))
        return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, changed(part, name)]))];
      return [key, value];
    }),
  );
}
