import { useRef } from 'preact/hooks';
import type { Overall } from '../sums/overall.js';
import { useSignal } from '../useSignal.js';
import { columnsOf, type Examples } from './examples.js';
import type { OverallFollower } from './overallFollower.js';

/**
 * Draws the component again whenever there is news of the whole split; what nobody sees only when the temperature is at
 * rest, since it takes its time from what is seen.
 * @returns what is known; where that takes no longer than a frame, until then what was known of the epoch before
 */
export function useShownOverall(
  follower: OverallFollower,
  { examples, isSeen }: { readonly examples: Examples; readonly isSeen: boolean },
): Overall | null {
  const overall = useSignal(isSeen ? follower.overall : follower.resting);
  const latest = useRef<Overall | null>(null);
  const before = latest.current;
  latest.current = overall ?? (follower.followsEveryFrame && isOf(before, examples) ? before : null);
  return latest.current;
}

/** Whether there is a column of the same model for each that is shown. */
function isOf(overall: Overall | null, examples: Examples): boolean {
  if (overall === null) return false;
  const roles = (columns: readonly { readonly role: string }[]): string => columns.map(({ role }) => role).join();
  return roles(overall.columns) === roles(columnsOf(examples));
}
