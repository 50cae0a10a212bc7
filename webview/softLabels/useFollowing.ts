import { useLayoutEffect, useState } from 'preact/hooks';
import type { Overall } from '../sums/overall.js';
import type { OverallFollower } from './overallFollower.js';
import type { MovingTemperature } from './temperature.js';

/** Draws the component again at every frame in which the temperature moved. @returns the temperature */
export function useTemperature(temperature: MovingTemperature): number {
  return useFollowing(
    (listener) => temperature.onFrame(listener),
    () => temperature.value,
    [temperature],
  );
}

/** Draws the component again only when the temperature has come to rest. @returns the temperature at rest */
export function useRestingTemperature(temperature: MovingTemperature): number {
  return useFollowing(
    (listener) => temperature.onRest(listener),
    () => temperature.value,
    [temperature],
  );
}

/**
 * Draws the component again whenever there is news of the whole split; what nobody sees only when the temperature is at
 * rest, since it takes its time from what is seen.
 */
export function useOverall(follower: OverallFollower, isSeen: boolean): void {
  const [, setCount] = useState(0);
  useLayoutEffect(
    () =>
      follower.subscribe(() => {
        if (isSeen || !follower.isMoving) setCount((count) => count + 1);
      }),
    [follower, isSeen],
  );
}

/** Draws the component again only when there is news of the whole split and the temperature is at rest. */
export function useRestingOverall(follower: OverallFollower): Overall | null {
  return useFollowing(
    (listener) =>
      follower.subscribe(() => {
        if (!follower.isMoving) listener();
      }),
    () => follower.overall,
    [follower],
  );
}

function useFollowing<V>(subscribe: (listener: () => void) => () => void, read: () => V, of: readonly unknown[]): V {
  const [value, setValue] = useState(read);
  useLayoutEffect(() => {
    setValue(read);
    return subscribe(() => setValue(read));
  }, of);
  return value;
}
