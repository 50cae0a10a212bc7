import type { JSX } from 'preact';
import type { Role } from '../../../src/core/spec/spec.js';
import type { DarkKnowledge } from '../../sums/darkKnowledge.js';
import { measureWords } from './darkKnowledge.js';
import type { KeptAt } from '../overallFollower.js';
import { againstBaselineWords, correlationWords, intervalWords } from './keptWords.js';
import { atTemperature } from '../temperature.js';

const follows = ' (follows when the slider rests)';

export function DarkTitle({
  dark,
  isBehind,
}: {
  readonly dark: DarkKnowledge | null;
  readonly isBehind: boolean;
}): JSX.Element {
  if (dark === null) return <h2>Dark knowledge: computing …</h2>;
  return (
    <h2>
      Dark knowledge {atTemperature(dark.temperature)}
      {isBehind && <span class="muted">{follows}</span>}
    </h2>
  );
}

interface DarkSentencesProps {
  readonly dark: DarkKnowledge;
  readonly kept: KeptAt | null;
  /** Who was compared with a teacher; null where there is none. */
  readonly subject: Role | null;
}

/** What the matrices show, and in one number how much of the teacher's is in the student's. */
export function DarkSentences({ dark, kept, subject }: DarkSentencesProps): JSX.Element {
  return (
    <div>
      <p class="muted">Row the true class, column the soft label: {measureWords(dark.measure)}.</p>
      {subject !== null && dark.kept !== null && <KeptSentence {...{ dark, kept, subject }} of={dark.kept.overall} />}
    </div>
  );
}

function KeptSentence({
  dark,
  kept,
  subject,
  of,
}: {
  readonly dark: DarkKnowledge;
  readonly kept: KeptAt | null;
  readonly subject: Role;
  readonly of: number | null;
}): JSX.Element {
  const isSame = kept?.temperature === dark.temperature;
  const own = isSame ? kept.kept.student.overall : null;
  const against = kept === null ? '' : againstBaselineWords(kept.kept);
  return (
    <p
      title={`Pearson correlation between the cells of ${subject} and teacher off the diagonal, each row brought to a sum of 1: 1 means that the ${subject} divides what a class leaves among the others as the teacher does. Intervals are over the examples, paired, and tell what a bootstrap would (infinitesimal jackknife); of other seeds they say nothing.`}
    >
      Similarity of teacher and {subject} {atTemperature(dark.temperature)}: <strong>{correlationWords(of)}</strong>
      {own !== null && ` (95 % interval ${intervalWords(own)})`}{' '}
      <span class="muted">Pearson correlation off the diagonal.</span>
      {against !== '' && (
        <>
          {' '}
          {against}
          {!isSame && <span class="muted">{follows}</span>}
        </>
      )}
    </p>
  );
}
