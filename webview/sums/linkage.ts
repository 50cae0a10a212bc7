/** Two clusters that became one. Leaves are 0 … n − 1, the cluster of merge i is n + i. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  /** Mean distance between the members of the two. */
  readonly height: number;
}

/**
 * Average linkage (UPGMA) by the nearest-neighbour chain: O(n²), and the same merges as the greedy algorithm, for no
 * merge can bring a cluster nearer to a third than both its parts were. Of equal distances the one of the lower index is
 * taken, so that the result is always the same.
 * @param distances symmetric [n, n]; overwritten
 * @returns n − 1 merges, each after those of its parts; heights do not always grow from one to the next
 */
export function averageLinkage(distances: Float64Array, n: number): Merge[] {
  const sizes = new Int32Array(n).fill(1);
  const active = new Uint8Array(n).fill(1);
  const names = Int32Array.from({ length: n }, (_, leaf) => leaf);
  const merges: Merge[] = [];
  const chain: number[] = [];
  while (merges.length < n - 1) {
    if (chain.length === 0) chain.push(active.indexOf(1));
    const tip = chain.at(-1) ?? 0;
    const before = chain.at(-2);
    const next = nearest({ distances, n, active, tip, before });
    if (next !== before) {
      chain.push(next);
      continue;
    }
    chain.length -= 2;
    const [kept, gone] = tip < next ? [tip, next] : [next, tip];
    const height = distances[kept * n + gone] ?? NaN;
    merges.push({ left: names[kept] ?? 0, right: names[gone] ?? 0, height });
    join({ distances, n, sizes, kept, gone });
    active[gone] = 0;
    names[kept] = n + merges.length - 1;
  }
  return merges;
}

/** The active cluster nearest to the tip; the one before it in the chain wins a tie, so that the chain ends. */
function nearest({
  distances,
  n,
  active,
  tip,
  before,
}: {
  distances: Float64Array;
  n: number;
  active: Uint8Array;
  tip: number;
  before: number | undefined;
}): number {
  let best = before ?? -1;
  let least = before === undefined ? Infinity : (distances[tip * n + before] ?? Infinity);
  for (let other = 0; other < n; other++) {
    if (active[other] === 0 || other === tip) continue;
    const distance = distances[tip * n + other] ?? Infinity;
    if (distance < least || best === -1) {
      least = distance;
      best = other;
    }
  }
  return best;
}

function join({
  distances,
  n,
  sizes,
  kept,
  gone,
}: {
  distances: Float64Array;
  n: number;
  sizes: Int32Array;
  kept: number;
  gone: number;
}): void {
  const [a, b] = [sizes[kept] ?? 1, sizes[gone] ?? 1];
  for (let other = 0; other < n; other++) {
    const mean = (a * (distances[kept * n + other] ?? 0) + b * (distances[gone * n + other] ?? 0)) / (a + b);
    distances[kept * n + other] = mean;
    distances[other * n + kept] = mean;
  }
  sizes[kept] = a + b;
}
