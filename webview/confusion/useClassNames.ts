import { useMemo } from 'preact/hooks';

/** Names of the classes: their numbers, as the runs store no others. */
export function useClassNames(classes: number): readonly string[] {
  return useMemo(() => Array.from({ length: classes }, (_, index) => String(index)), [classes]);
}
