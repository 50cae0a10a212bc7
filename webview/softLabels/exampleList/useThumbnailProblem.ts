import { useLayoutEffect, useState } from 'preact/hooks';
import type { Problem } from '../../../src/core/problem.js';
import type { Thumbnails } from './thumbnails.js';

/** Why there are no pictures, as soon as it is known. */
export function useThumbnailProblem(thumbnails: Thumbnails): Problem | null {
  const [, setCount] = useState(0);
  useLayoutEffect(() => thumbnails.onProblem(() => setCount((count) => count + 1)), [thumbnails]);
  return thumbnails.problem;
}
