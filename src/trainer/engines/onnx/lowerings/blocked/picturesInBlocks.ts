import type { Graph } from '../../graph/graph.js';
import { reshaped } from '../../graph/shapes.js';
import { sizeOf, type Value } from '../../graph/value.js';
import { inBlocks } from './nchwc.js';

/** A value that lies in blocks of channels, or may be brought into them: [1, channels, height, width]. */
export interface Blocked {
  readonly shape: readonly number[];
  /** The value in blocks: as it lies, or brought there. */
  readonly bring: () => Value;
}

/** What lies in blocks, or is brought into them anyway. */
export class PicturesInBlocks {
  /** Plain pictures that are wanted in blocks too, and their shape there. */
  readonly #wanted = new Map<Value, readonly number[]>();

  constructor(private readonly graph: Graph) {
    const sizes = new Set<string>();
    const { nodes } = graph;
    for (const { op, inputs, outputs } of nodes) {
      const [x, shape] = [behindReshapes(inputs[0]), outputs[0]?.shape];
      if (op !== 'ReorderInput' || x === null || shape?.[0] !== 1) continue;
      this.#wanted.set(x, shape);
      sizes.add(sizeOfPictures(shape));
    }
    // A convolution that is not in blocks itself, at the begin of a stage: what follows is, so it too is brought there.
    for (const { op, domain, outputs } of nodes) {
      const [result] = outputs;
      if (op !== 'Conv' || domain !== '' || result === undefined || !sizes.has(sizeOfPictures(result.shape))) continue;
      const [batch = 1, channels = 1, height = 1, ...rows] = result.shape;
      this.#wanted.set(result, [batch, channels, height, sizeOf(rows)]);
    }
  }

  /** A value in blocks; null where that would be for one reader alone. */
  find(value: Value | null | undefined): Blocked | null {
    const source = behindReshapes(value);
    if (source === null) return null;
    const blocked = source.producer?.op === 'ReorderOutput' ? source.producer.inputs[0] : null;
    if (blocked?.shape[0] === 1) return { shape: blocked.shape, bring: () => blocked };
    const shape = this.#wanted.get(source);
    if (shape === undefined) return null;
    return { shape, bring: () => inBlocks(this.graph, reshaped(this.graph, source, shape)) };
  }
}

const sizeOfPictures = ([batch = 0, channels = 0, ...pixels]: readonly number[]): string =>
  [batch, channels, sizeOf(pixels)].join();

/** A value as it was before it was seen in other shapes. */
export function behindReshapes(value: Value | null | undefined): Value | null {
  let source = value ?? null;
  while (source?.producer?.op === 'Reshape') source = source.producer.inputs[0] ?? null;
  return source;
}
