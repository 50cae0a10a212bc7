import type { NamedValues, Program, TensorSpec, Values } from '../../engine.js';
import { batchInput } from '../graph/names.js';
import type { RuntimeSession } from './runtimeSession.js';

/** An input of a program as it is fed to a session. */
interface Fed extends TensorSpec {
  readonly feed: string;
  readonly values: Values;
}

/**
 * What of a batch a session asks for: what no result depends on is not part of its model.
 * @param feedOf what the session calls an input
 */
export const fedBatch = (
  { name: program, inputs: specs }: Program,
  inputs: NamedValues,
  { session, feedOf = batchInput }: { session: RuntimeSession; feedOf?: (name: string) => string },
): Fed[] =>
  Object.entries(specs)
    .map(([name, spec]) => {
      const values = inputs[name];
      if (values === undefined) throw new Error(`${program}: no input "${name}"`);
      return { ...spec, feed: feedOf(name), values };
    })
    .filter(({ feed }) => session.inputNames.includes(feed));
