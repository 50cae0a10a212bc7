import type * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';
import { tensorNamed } from '../tensors.js';

/** One way through a network: what it reads beside parameters and pictures, and which buffers it replaces. */
export class Pass {
  readonly #updates: Record<string, tf.Tensor> = {};

  private constructor(
    private readonly buffers: Tensors,
    private readonly masks: Tensors | null,
  ) {}

  /** @param masks of every dropout by its name, int32 [batch, units] of 0 and 1 */
  static training({ buffers, masks }: { buffers: Tensors; masks: Tensors }): Pass {
    return new Pass(buffers, masks);
  }

  static evaluating({ buffers }: { buffers: Tensors }): Pass {
    return new Pass(buffers, null);
  }

  get training(): boolean {
    return this.masks !== null;
  }

  /** As it was before this pass. */
  buffer(name: string): tf.Tensor {
    return tensorNamed(this.buffers, name);
  }

  /** The mask of a dropout; null when evaluating. */
  mask(name: string): tf.Tensor | null {
    return this.masks === null ? null : tensorNamed(this.masks, name);
  }

  replace(name: string, value: tf.Tensor): void {
    this.#updates[name] = value;
  }

  /** New values of the buffers that this pass replaced. */
  get updates(): Tensors {
    return this.#updates;
  }
}
