import { percent } from '../words.js';

/** From here on the two accuracies say different things: half a percentage point. */
const differs = 0.005;

/** `98.72 %`; of a set in which the classes are uneven also `95.00 %, balanced 50.00 %`, where that is another number. */
export function accuracyWords({
  accuracy,
  balancedAccuracy,
}: {
  accuracy: number;
  balancedAccuracy?: number | undefined;
}): string {
  const isOther = balancedAccuracy !== undefined && Math.abs(balancedAccuracy - accuracy) >= differs;
  return isOther ? `${percent(accuracy)}, balanced ${percent(balancedAccuracy)}` : percent(accuracy);
}
