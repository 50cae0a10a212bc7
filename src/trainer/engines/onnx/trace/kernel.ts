import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from '../graph/graph.js';
import type { Rule } from '../passes/rewrite.js';
import { TraceBackend, untraceable } from './traceBackend.js';
import { laidOut, shapeOf, type View } from './view.js';
import type { Value } from '../graph/value.js';
import { at, inOrder } from '../graph/shapes.js';

/** What a kernel is called with: its tensors by name and its attributes, checked as they are asked for. */
export class Call {
  constructor(
    readonly kernel: string,
    readonly graph: Graph,
    private readonly views: Readonly<Record<string, View | View[]>>,
    private readonly attributes: Readonly<Record<string, unknown>>,
  ) {}

  view(name: string): View {
    const view = this.views[name];
    if (view === undefined || Array.isArray(view)) throw new Error(`${this.kernel}: no tensor "${name}"`);
    return view;
  }

  /** Whether an optional tensor was given. */
  has(name: string): boolean {
    return this.views[name] !== undefined;
  }

  /** The tensors of a kernel that takes any number of them, in order. */
  all(): View[] {
    return Object.values(this.views).flat();
  }

  shape(name: string): number[] {
    return shapeOf(this.view(name));
  }

  /** The tensor laid out in its own order, or in another one. */
  value(name: string, order?: readonly number[]): Value {
    return laidOut(this.graph, this.view(name), order);
  }

  number = (name: string): number => this.#attribute(name, isNumber);
  boolean = (name: string): boolean => this.#attribute(name, (value) => typeof value === 'boolean');
  string = (name: string): string => this.#attribute(name, (value) => typeof value === 'string');

  #attribute<T>(name: string, is: (value: unknown) => value is T): T {
    const value = this.attributes[name];
    if (!is(value)) throw this.unexpected(name);
    return value;
  }

  /** One number, or a list of them, as a list; negative axes and the like are for the caller. */
  numbers(name: string): number[] {
    const value = this.attributes[name];
    if (typeof value === 'number') return [value];
    if (!Array.isArray(value) || !value.every(isNumber)) {
      throw this.unexpected(name);
    }
    return value;
  }

  /** Axes counted from the front; all of them where none are named. */
  axes(name: string, rank: number): number[] {
    if (this.attributes[name] == null) return inOrder(rank);
    return this.numbers(name).map((axis) => (axis < 0 ? axis + rank : axis));
  }

  pair(name: string): [number, number] {
    const values = this.numbers(name);
    return [at(values, 0), values[1] ?? at(values, 0)];
  }

  /** `same`, `valid`, a number, or one pair for each axis. */
  padding(name: string): 'same' | 'valid' | number | [number, number][] {
    const value = this.attributes[name];
    if (value === 'same' || value === 'valid' || typeof value === 'number') return value;
    if (!Array.isArray(value)) throw this.unexpected(name);
    return value.map((pair: unknown) => {
      if (!Array.isArray(pair)) throw this.unexpected(name);
      const [before, after] = pair as readonly unknown[];
      if (typeof before !== 'number' || typeof after !== 'number') throw this.unexpected(name);
      return [before, after];
    });
  }

  unexpected(name: string): Error {
    return untraceable(`${this.kernel} with ${name} = ${JSON.stringify(this.attributes[name])}`);
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** How one tfjs kernel is written in ONNX; a kernel of several outputs gives a list. */
export type Lowering = (call: Call) => View | View[];
export type Lowerings = Readonly<Record<string, Lowering>>;

/** A way of writing programs down. Its name is unique. */
export interface Dialect {
  readonly name: string;
  readonly lowerings: Lowerings;
  /** By which rules a graph is rewritten once it is recorded, pass by pass. */
  readonly passes: readonly ((graph: Graph) => readonly Rule[])[];
}

/**
 * Tells tfjs about the kernels of the tracer; those it already knows are left alone.
 * @returns the name of the tracing backend that has them
 */
export function registerLowerings({ name, lowerings }: Dialect): string {
  const backendName = `trace ${name}`;
  const known = new Set(tf.getKernelsForBackend(backendName).map(({ kernelName }) => kernelName));
  for (const [kernelName, lower] of Object.entries(lowerings)) {
    if (known.has(kernelName)) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, backend, attrs }) => {
        if (!(backend instanceof TraceBackend)) throw new Error(`${kernelName} was called outside a trace`);
        const views: Record<string, View | View[]> = {};
        for (const [name, input] of Object.entries(inputs)) {
          if (Array.isArray(input)) views[name] = input.map((info: tf.TensorInfo) => backend.viewOf(info));
          else if (input !== undefined) views[name] = backend.viewOf(input);
        }
        const result = lower(new Call(kernelName, backend.graph, views, attrs ?? {}));
        return Array.isArray(result) ? result.map((view) => backend.register(view)) : backend.register(result);
      },
    });
  }
  return backendName;
}
