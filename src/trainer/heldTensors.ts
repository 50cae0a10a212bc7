import type { Engine } from './engines/engine.js';
import { putBack, taken, type Part } from './models/trimmed.js';

/** A tensor of the model or its optimizer. */
export interface HeldSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly part?: Part;
}

type Tensors = Readonly<Record<string, Float32Array>>;

/**
 * What an engine begins with.
 * @param start whole tensors; those that are not named begin with zeros
 */
export function heldAtStart(specs: readonly HeldSpec[], start: Tensors): Parameters<Engine['variables']>[0] {
  return Object.fromEntries(
    specs.map(({ name, shape, part }) => {
      const values = start[name];
      if (values === undefined) return [name, { shape, values: zeros(shape) }];
      return [name, { shape, values: part === undefined ? values : taken(values, part) }];
    }),
  );
}

/** The shapes of the whole tensors by name, as a checkpoint has them. */
export const wholeShapes = (specs: readonly HeldSpec[]): Record<string, readonly number[]> =>
  Object.fromEntries(specs.map(({ name, shape, part }) => [name, part?.whole ?? shape]));

/**
 * Makes whole what an engine holds a part of. What is left of a kernel never changes in a run: it is kept from the start,
 * and put back around the part.
 */
export class WholeTensors {
  readonly #rest = new Map<string, Float32Array>();

  /** @param start as in `heldAtStart` */
  constructor(
    private readonly specs: readonly HeldSpec[],
    start: Tensors,
  ) {
    for (const { name, part } of specs) {
      if (part !== undefined) this.#rest.set(name, start[name] ?? zeros(part.whole));
    }
  }

  /** @param held as the engine has them, by name */
  of(held: Tensors): Record<string, Float32Array> {
    return Object.fromEntries(
      this.specs.map(({ name, part }) => {
        const [found, rest] = [held[name], this.#rest.get(name)];
        if (found === undefined) throw new Error(`the engine has no tensor "${name}"`);
        return [name, part === undefined || rest === undefined ? found : putBack(rest, found, part)];
      }),
    );
  }
}

const zeros = (shape: readonly number[]): Float32Array =>
  new Float32Array(shape.reduce((product, size) => product * size, 1));
