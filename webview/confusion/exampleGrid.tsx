import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { noAnswer } from '../../src/core/evaluation/evaluation.js';
import type { Problem } from '../../src/core/problem.js';
import type { EvaluationSplit } from '../../src/panel/protocol.js';
import type { PictureCache } from '../pictureCache.js';
import { probabilityOf } from './calibration.js';
import type { Compared } from './compared.js';
import { ExamplePicture } from './examplePicture.js';
import type { Judged } from './judged.js';
import type { Subject } from './subject.js';
import { useWidth } from './useWidth.js';
import { visibleRows } from './visibleRows.js';
import { oneDecimal } from './words.js';

interface ExampleGridProps {
  readonly compared: Compared;
  readonly split: EvaluationSplit;
  /** Into the split, ascending. */
  readonly examples: Int32Array;
  readonly pictures: PictureCache;
  readonly onChoose: (example: number) => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Of a card, as the style sheet sets them, in CSS pixels. */
const cardWidth = 232;
const cardHeight = 72;

/** Examples with their pictures and both answers; of thousands only those that are seen are there. */
export function ExampleGrid(props: ExampleGridProps): JSX.Element {
  const { compared, split, examples, pictures, onChoose, onProblem } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [scrolled, setScrolled] = useState(0);
  const [at, setAt] = useState(0);
  const columns = Math.max(1, Math.floor(width / cardWidth));
  const rows = Math.ceil(examples.length / columns);
  const height = box.current?.clientHeight ?? 0;
  const { first, end } = visibleRows({ rows, rowHeight: cardHeight, scrolled, height: Math.max(height, cardHeight) });
  const shown = examples.subarray(first * columns, end * columns);

  useEffect(() => {
    setAt(0);
    if (box.current !== null) box.current.scrollTop = 0;
  }, [examples]);

  const go = (to: number): void => {
    const place = Math.min(examples.length - 1, Math.max(0, to));
    setAt(place);
    if (box.current === null) return;
    const top = Math.floor(place / columns) * cardHeight;
    if (top < box.current.scrollTop) box.current.scrollTop = top;
    const bottom = top + cardHeight - box.current.clientHeight;
    if (bottom > box.current.scrollTop) box.current.scrollTop = bottom;
    setScrolled(box.current.scrollTop);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = strides({
      columns,
      page: Math.max(1, Math.floor(height / cardHeight)) * columns,
      at,
      last: examples.length - 1,
    })[event.key];
    const example = examples[at];
    if (move !== undefined) go(at + move);
    else if ((event.key === 'Enter' || event.key === ' ') && example !== undefined) onChoose(example);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      class="examples"
      role="listbox"
      aria-label="Examples. Arrows walk them; Enter shows one in Soft labels."
      aria-activedescendant={examples.length > 0 ? optionId(at) : undefined}
      tabIndex={0}
      onScroll={() => setScrolled(box.current?.scrollTop ?? 0)}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" class="examples-field" style={{ height: `${rows * cardHeight}px` }}>
        {[...shown].map((example, index) => {
          const place = first * columns + index;
          const [row, column] = [Math.floor(place / columns), place % columns];
          return (
            <div
              key={example}
              id={optionId(place)}
              role="option"
              class="example"
              title={`Show example ${example} in Soft labels`}
              aria-selected={place === at}
              aria-setsize={examples.length}
              aria-posinset={place + 1}
              style={{
                transform: `translateY(${row * cardHeight}px)`,
                left: `${(100 * column) / columns}%`,
                width: `${100 / columns}%`,
              }}
              onClick={() => {
                setAt(place);
                onChoose(example);
              }}
            >
              <ExamplePicture
                pictures={pictures}
                run={compared.subjects.first.runs[0].run.key}
                split={split}
                index={example}
                onProblem={onProblem}
              />
              <div class="example-words">
                <div>
                  <span class="muted">#{example}</span> truth: <b>{nameOf(compared, compared.shown.first, example)}</b>
                </div>
                <Answer
                  compared={compared}
                  subject={compared.subjects.first}
                  judged={compared.shown.first}
                  example={example}
                />
                {compared.subjects.second !== null && compared.shown.second !== null && (
                  <Answer
                    compared={compared}
                    subject={compared.subjects.second}
                    judged={compared.shown.second}
                    example={example}
                  />
                )}
              </div>
            </div>
          );
        })}
      </div>
    </div>
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

function optionId(place: number): string {
  return `confusion-example-${place}`;
}

/** By how many examples each key moves. */
function strides({
  columns,
  page,
  at,
  last,
}: {
  columns: number;
  page: number;
  at: number;
  last: number;
}): Readonly<Record<string, number>> {
  return {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -at,
    End: last - at,
  };
}
