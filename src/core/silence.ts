/** Who has shown no sign of life for so long is silent: trainers write every 5 seconds. */
export const silenceSeconds = 15;

/** How far the clocks of machines that share a disk may be apart. */
const clockSkewSeconds = 60;

/** A moment and the present one, in milliseconds since 1970. */
interface Moments {
  readonly time: number;
  readonly now: number;
}

/** Whether a time was written by a clock that is, or was, wrong: nothing is known from it of how long ago it was. */
export function isYetToCome({ time, now }: Moments): boolean {
  return time - now > clockSkewSeconds * 1000;
}

/** Whether a sign of life is too old to be one, or none: one that is yet to come would be one for as long as that takes. */
export function isSilent({ time, now }: Moments): boolean {
  return now - time > silenceSeconds * 1000 || isYetToCome({ time, now });
}
