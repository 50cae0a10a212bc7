const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Calls `first` when a person presses Ctrl-C, or the system wants this process to end, and `again` whenever that is
 * repeated. Until it is disposed of, this process does not end by itself.
 */
export function onInterrupt({ first, again }: { first: () => void; again: () => void }): { dispose(): void } {
  let asked = false;
  const listener = (): void => {
    if (asked) again();
    else first();
    asked = true;
  };
  for (const signal of signals) process.on(signal, listener);
  return {
    dispose: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
