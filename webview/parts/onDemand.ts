/** What is computed when it is asked for first, and once. */
export function onDemand<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => (known ??= { value: compute() }).value;
}
