import type * as tf from '@tensorflow/tfjs-core';

/**
 * TensorFlow.js is the language, the engine is who executes it. A `Program` is written once in tfjs operations; an
 * engine runs it eagerly, or records it once and runs the recording.
 */
export interface TensorSpec {
  readonly shape: readonly number[];
  /** `uint8` is fed as bytes and seen by the program as an int32 tensor. */
  readonly dtype: 'float32' | 'int32' | 'uint8';
}

export type Tensors = Readonly<Record<string, tf.Tensor>>;
export type Values = Float32Array | Int32Array | Uint8Array;
export type NamedValues = Readonly<Record<string, Values>>;

/**
 * A pure function over tensors: it may not read a value (`dataSync`), draw random numbers or keep state.
 * What it returns in `updates` replaces the variables of the same names.
 */
export interface Program {
  /** For messages: `train step`, `evaluate`. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  run(variables: Tensors, inputs: Tensors): { readonly outputs: Tensors; readonly updates: Tensors };
}

/** Float32 tensors that stay with the engine from call to call: parameters, optimizer slots, a frozen teacher. */
export interface Variables {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Copies of the present values. */
  read(): Promise<Record<string, Float32Array>>;
  dispose(): void;
}

export interface Compiled {
  /** Runs the program once. The outputs are valid until the next call. */
  run(inputs: NamedValues): Promise<NamedValues>;
  dispose(): Promise<void>;
}

/** A program made ready to run several times in a row in one call. */
export interface CompiledSteps {
  /** The most steps that one call can make. */
  readonly most: number;
  /**
   * Makes `count` steps, each on its own layer of the inputs [most, …].
   * @returns outputs as [count, …]
   */
  run(inputs: NamedValues, count: number): Promise<NamedValues>;
  dispose(): Promise<void>;
}

export interface Engine {
  /** As written to the log: `onnx/cpu`, `tensorflow/gpu`, `tfjs/cpu`. */
  readonly name: string;
  /** What the hardware calls itself. */
  readonly device: string;
  variables(
    initial: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>>,
  ): Promise<Variables>;
  compile(program: Program, variables: Variables): Promise<Compiled>;
  compileSteps(program: Program, variables: Variables, most: number): Promise<CompiledSteps>;
  dispose(): Promise<void>;
}
