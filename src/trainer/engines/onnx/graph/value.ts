/** What an ONNX graph is made of: values, and the nodes that make them. Nothing here knows TensorFlow.js or ONNX Runtime. */

export type ElementType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool';

/** A tensor that will exist when the graph runs. `shape` is as it lies in memory. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** The node that makes it; null for inputs and constants. */
  readonly producer: Node | null;
  /** The number itself where the value is a constant of one element. */
  readonly scalar: number | null;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string };

export type Attributes = Readonly<Record<string, Attribute>>;

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const text = (value: string): Attribute => ({ kind: 'string', value });

/** What a node computes of which values; a null input is an optional one left out. */
export interface Operation {
  readonly op: string;
  /** Whose operation it is: ONNX's own, with '', or a runtime's. */
  readonly domain: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
}

/** An operation of ONNX's own, unless a domain is given. */
export const operation = (
  op: string,
  inputs: Operation['inputs'],
  attributes: Attributes = {},
  domain = '',
): Operation => ({ op, domain, inputs, attributes });

/** An operation with its results. A graph may let it compute them in another way while it is simplified. */
export interface Node extends Operation {
  readonly outputs: readonly Value[];
}

/** Bytes as they lie in memory, little-endian; int64 as bigints. */
export type ConstantData = Float32Array | Int32Array | Uint8Array | BigInt64Array;

export interface OutputType {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

export const float32 = (shape: readonly number[]): OutputType => ({ type: 'float32', shape });

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
