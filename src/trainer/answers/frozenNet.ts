import type { Split } from '../data/dataset.js';
import type { Compiled, Engine, Program, Values, Variables } from '../engines/engine.js';

/** A network that nobody changes, made ready to be asked: pictures in, a row of numbers for each out. */
export interface FrozenNet {
  /** Numbers in a row: the classes, or the length of the features. */
  readonly width: number;
  /** Pictures that are asked about at once. */
  readonly batchSize: number;
  /**
   * @param images bytes [batchSize, height, width, channels]
   * @returns float32 [batchSize, width], valid until the next call
   */
  answer(images: Uint8Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * A program that takes `images` as a net.
 * @param output the output that is asked for
 */
export async function compiledNet(
  engine: Engine,
  program: Program,
  {
    output,
    width,
    batchSize,
    variables: initial,
  }: { output: string; width: number; batchSize: number; variables: Parameters<Engine['variables']>[0] },
): Promise<FrozenNet> {
  const variables: Variables = await engine.variables(initial);
  const compiled: Compiled = await engine.compile(program, variables);
  return {
    width,
    batchSize,
    answer: async (images) => floatsOf((await compiled.run({ images }))[output], output),
    dispose: async () => {
      await compiled.dispose();
      variables.dispose();
    },
  };
}

/** An output that must be there. */
export function floatsOf(values: Values | undefined, output: string): Float32Array {
  if (values instanceof Float32Array) return values;
  throw new Error(`the program has no output "${output}" of float32`);
}

/** Makes rows of an answer, a few at a time and in any order. */
export interface RowMaker {
  readonly width: number;
  /** As many as are made at once. */
  readonly batchSize: number;
  /** Rows `first` to `first + count`, float32 [count, width], valid until the next call; count is at most the batch. */
  rows(range: { first: number; count: number }): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** What a net says of the pictures of a split. The last batch is filled up with what lay in the buffer before. */
export function pictureRows(net: FrozenNet, { images, labels }: Split): RowMaker {
  const size = images.length / Math.max(labels.length, 1);
  const buffer = new Uint8Array(net.batchSize * size);
  return {
    width: net.width,
    batchSize: net.batchSize,
    rows: async ({ first, count }) => {
      buffer.set(images.subarray(first * size, (first + count) * size));
      return (await net.answer(buffer)).subarray(0, count * net.width);
    },
    dispose: () => net.dispose(),
  };
}
