import type { Graph } from '../graph/graph.js';
import type { Node, Operation, Value } from '../graph/value.js';

/** What is put in the place of a node: another operation with the same result, or a value that is there already. */
export type Replacement = Operation | Value;

/** A way to compute what a node computes in less time, or with operations that a provider has. */
export interface Rule {
  /** What becomes of what, for people: `Conv(X, W) + bias → Conv(X, W, bias)`. */
  readonly name: string;
  /** The operations that it is tried at. */
  readonly at: readonly string[] | 'everything';
  /** @returns null where it does not match */
  readonly apply: (graph: Graph, node: Node) => Replacement | null;
}

/**
 * A rule in its two halves.
 * @param matches what it finds at a node; null where it does not match. It changes nothing
 * @param becomes what it puts in its place
 */
export const rule = <Found>(
  name: string,
  {
    at,
    matches,
    becomes,
  }: {
    at: Rule['at'];
    matches: (node: Node, graph: Graph) => Found | null;
    becomes: (graph: Graph, found: Found, node: Node) => Replacement;
  },
): Rule => ({
  name,
  at,
  apply: (graph, node) => {
    const found = matches(node, graph);
    return found === null ? null : becomes(graph, found, node);
  },
});

/**
 * Goes once through what the outputs of a graph need, each node after those it reads, and applies the first rule that
 * matches. What rules record is not visited.
 */
export function rewrite(graph: Graph, rules: readonly Rule[]): void {
  const instead = new Map<Value, Value>();
  for (const node of graph.nodes) {
    if (node.inputs.some((input) => input !== null && instead.has(input))) {
      const inputs = node.inputs.map((input) => (input === null ? null : (instead.get(input) ?? input)));
      graph.rewrite(node, { ...node, inputs });
    }
    for (const { at, apply } of rules) {
      const found = at === 'everything' || at.includes(node.op) ? apply(graph, node) : null;
      if (found === null) continue;
      if ('op' in found) graph.rewrite(node, found);
      else for (const output of node.outputs) instead.set(output, found);
      break;
    }
  }
}

/** The first two inputs of a node. */
export function operands({ op, inputs: [left, right] }: Node): [Value, Value] {
  if (left == null || right == null) throw new Error(`${op} lacks an operand`);
  return [left, right];
}
