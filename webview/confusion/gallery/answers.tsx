import type { JSX } from 'preact';
import { noAnswer } from '../../../src/core/evaluation/evaluation.js';
import type { Compared } from '../compared.js';
import type { Judged } from '../../sums/judged.js';
import type { Subject } from '../subject.js';
import type { Sureness } from '../useSureness.js';
import { oneDecimal } from '../words.js';

/** The truth of an example, and what each model answered. */
export function Answers({
  compared,
  sure,
  example,
}: {
  readonly compared: Compared;
  readonly sure: Sureness;
  readonly example: number;
}): JSX.Element {
  const { shown, subjects } = compared;
  return (
    <>
      <div>
        <span class="muted">#{example}</span> truth: <b>{nameOf(compared, shown.first, example)}</b>
      </div>
      <Answer {...{ compared, sure, example }} subject={subjects.first} judged={shown.first} />
      {subjects.second !== null && shown.second !== null && (
        <Answer {...{ compared, sure, example }} subject={subjects.second} judged={shown.second} />
      )}
    </>
  );
}

/** What a model answered, and how sure it was; how sure of the truth, where that is another class. */
function Answer({
  compared,
  subject,
  judged,
  sure,
  example,
}: {
  compared: Compared;
  subject: Subject;
  judged: Judged;
  sure: Sureness;
  example: number;
}): JSX.Element {
  const answer = judged.predicted[example] ?? noAnswer;
  const truth = judged.labels[example] ?? 0;
  if (answer === noAnswer) return <div class={`answer ${subject.role}`}>{subject.name}: no prediction</div>;
  const confidences = sure.get(judged)?.value ?? null;
  const words = (of: 'ofAnswer' | 'ofTruth'): string =>
    confidences === null ? '…' : oneDecimal(confidences[of][example] ?? NaN);
  const confidence = words('ofAnswer');
  const ofTruth = answer === truth ? '' : `; ${words('ofTruth')} for the truth`;
  const name = compared.names[answer] ?? String(answer);
  const text = `${subject.name} predicted ${name} with ${confidence}${ofTruth}`;
  return (
    <div class={`answer ${subject.role}`} title={text} aria-label={text}>
      <span class="answer-who">{subject.role}</span> <b>{name}</b> {confidence} {answer === truth ? '✓' : '✗'}
    </div>
  );
}

function nameOf({ names }: Compared, { labels }: Judged, example: number): string {
  const truth = labels[example] ?? 0;
  return names[truth] ?? String(truth);
}
