import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { onnxRuntime } from './onnxRuntime.js';
import { runtimeProblem, type Situation } from './runtimeProblem.js';

/** Tensors by the names of a model's inputs or outputs; null where ONNX Runtime is to make one. */
export type Feeds = Readonly<Record<string, Tensor>>;
export type Fetches = Readonly<Record<string, Tensor | null>>;

/** A model in ONNX Runtime. Whatever goes wrong in it is told in words for a person. */
export interface RuntimeSession {
  readonly inputNames: readonly string[];
  run(feeds: Feeds, fetches?: Fetches): Promise<Readonly<Record<string, Tensor>>>;
  /** Ends the profile that was begun with the session, and writes it. */
  endProfiling(): void;
  release(): Promise<void>;
}

/** Makes sessions: ONNX Runtime's own, or one that fails as a device would. */
export type OpenSession = (
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  situation: Situation,
) => Promise<RuntimeSession>;

/** @throws ProblemError where the provider cannot be loaded, or has no device */
export const openSession: OpenSession = async (model, options, situation) => {
  const session = await onnxRuntime()
    .InferenceSession.create(model, options)
    .catch((error: unknown) => {
      throw runtimeProblem(error, situation);
    });
  return {
    inputNames: session.inputNames,
    run: async (feeds, fetches) => {
      try {
        return await (fetches === undefined ? session.run(feeds) : session.run(feeds, fetches));
      } catch (error) {
        throw runtimeProblem(error, situation);
      }
    },
    endProfiling: () => {
      session.endProfiling();
    },
    release: () => session.release(),
  };
};
