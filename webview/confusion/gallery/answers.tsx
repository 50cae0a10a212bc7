import type { JSX } from 'preact';
import { noAnswer } from '../../../src/core/evaluation/evaluation.js';
import { probabilityOf } from '../../sums/confidences.js';
import type { Compared } from '../compared.js';
import type { Judged } from '../../sums/judged.js';
import type { Subject } from '../subject.js';
import { oneDecimal } from '../words.js';

/** The truth of an example, and what each model answered. */
export function Answers({ compared, example }: { readonly compared: Compared; readonly example: number }): JSX.Element {
  const { shown, subjects } = compared;
  return (
    <>
      <div>
        <span class="muted">#{example}</span> truth: <b>{nameOf(compared, shown.first, example)}</b>
      </div>
      <Answer compared={compared} subject={subjects.first} judged={shown.first} example={example} />
      {subjects.second !== null && shown.second !== null && (
        <Answer compared={compared} subject={subjects.second} judged={shown.second} example={example} />
      )}
    </>
  );
}

/** What a model answered, and how sure it was; how sure of the truth, where that is another class. */
function Answer({
  compared,
  subject,
  judged,
  example,
}: {
  compared: Compared;
  subject: Subject;
  judged: Judged;
  example: number;
}): JSX.Element {
  const answer = judged.predicted[example] ?? noAnswer;
  const truth = judged.answers.labels[example] ?? 0;
  if (answer === noAnswer) return <div class={`answer ${subject.role}`}>{subject.name}: no answer</div>;
  const sure = oneDecimal(probabilityOf(judged, { example, answer }));
  const ofTruth =
    answer === truth ? '' : `; ${oneDecimal(probabilityOf(judged, { example, answer: truth }))} for the truth`;
  const name = compared.names[answer] ?? String(answer);
  const text = `${subject.name} answered ${name} with ${sure}${ofTruth}`;
  return (
    <div class={`answer ${subject.role}`} title={text} aria-label={text}>
      <span class="answer-who">{subject.role}</span> <b>{name}</b> {sure} {answer === truth ? '✓' : '✗'}
    </div>
  );
}

function nameOf({ names }: Compared, { answers }: Judged, example: number): string {
  const truth = answers.labels[example] ?? 0;
  return names[truth] ?? String(truth);
}
