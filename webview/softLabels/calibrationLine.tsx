import type { JSX } from 'preact';
import { temperatureText } from './temperature.js';
import { calibrationWords } from './comparison.js';
import type { OverallFollower } from './overallFollower.js';
import { useOverall } from './useFollowing.js';

/** How far confidence and accuracy are apart at the temperature, for each column. */
export function CalibrationLine({ follower }: { readonly follower: OverallFollower }): JSX.Element {
  useOverall(follower);
  const { overall } = follower;
  if (overall === null) return <p class="sl-calibration muted">Expected calibration error: computing …</p>;
  const columns = [overall.teacher, overall.subject, overall.baseline].filter((column) => column !== null);
  return (
    <p
      class="sl-calibration"
      title="How far the confidence of the answers is from the share that is right: the mean gap over 15 bins of confidence (Guo et al. 2017)"
    >
      <span class="muted">Expected calibration error at T {temperatureText(overall.temperature)}:</span>
      {columns.map(({ answerer: { role }, calibration }) => (
        <span key={role} class="sl-calibration-of">
          <span class={role}>{role}</span> {calibrationWords(calibration)}
        </span>
      ))}
      {follower.isBehind && <span class="muted">follows when the slider rests</span>}
    </p>
  );
}
