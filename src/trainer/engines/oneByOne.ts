import type { Compiled, CompiledSteps, NamedValues } from './engine.js';

/** Several steps of an engine that makes them one after the other. */
export function oneByOne(once: Compiled, most: number): CompiledSteps {
  return {
    most,
    run: async (inputs, count) => {
      const steps: NamedValues[] = [];
      // What a step gives is valid until the next.
      for (let step = 0; step < count; step++) steps.push(copies(await once.run(layer(inputs, { step, most }))));
      return stacked(steps);
    },
    dispose: () => once.dispose(),
  };
}

/** One step's part of inputs [most, …]. A view. */
export function layer(inputs: NamedValues, { step, most }: { step: number; most: number }): NamedValues {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => {
      const size = values.length / most;
      return [name, values.subarray(step * size, (step + 1) * size)];
    }),
  );
}

/** The outputs of several steps, one after the other. */
export function stacked(steps: readonly NamedValues[]): NamedValues {
  const names = Object.keys(steps[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, Float32Array.from(steps.flatMap((step) => Array.from(step[name] ?? [])))]),
  );
}

const copies = (values: NamedValues): NamedValues =>
  Object.fromEntries(Object.entries(values).map(([name, found]) => [name, found.slice()]));
