import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { noAnswer } from '../../../src/core/evaluation/evaluation.js';
import { count, nats, none } from '../../../src/core/words.js';
import type { Problem } from '../../../src/core/problem.js';
import type { Connection } from '../../connection.js';
import { csvText } from '../../export/csv.js';
import { ProblemLine } from '../../problemLine.js';
import { Button } from '../../toolkit.js';
import { ViewTools } from '../../viewTools.js';
import { columnsOf, type Examples } from '../examples.js';
import { isListed, listExamples, noFilter, type ExampleFilter } from './exampleFilter.js';
import { ExampleTools, partName } from './exampleTools.js';
import type { SettingsProps } from '../memory.js';
import type { Overall } from '../../sums/overall.js';
import type { OverallFollower } from '../overallFollower.js';
import { atTemperature } from '../temperature.js';
import { ExampleGrid } from '../../parts/examples/exampleGrid.js';
import { ExamplePicture, type PictureSource } from '../../parts/examples/examplePicture.js';
import { parts } from '../../parts/partition.js';
import { useShownOverall } from '../useShownOverall.js';

/** Lines of the table of examples; all of them are in the CSV. */
const mostLines = 200;

interface ExampleListProps extends SettingsProps {
  readonly examples: Examples;
  readonly follower: OverallFollower;
  readonly selected: number;
  readonly source: PictureSource;
  /** Why there are no pictures; null while there is no reason to think so. */
  readonly problem: Problem | null;
  readonly nameOf: (label: number) => string;
  readonly onSelect: (index: number) => void;
  readonly connection: Connection;
  readonly name: string;
}

/** Where an example is picked: filters, a number, the grid. */
export function ExampleList(props: ExampleListProps): JSX.Element {
  const { examples, follower, selected, source, problem, nameOf, onSelect, connection, name } = props;
  const { settings, onSettings } = props;
  const { examplesTable: asTable } = settings;
  const overall = useShownOverall(follower, { examples, isSeen: false });
  // Kept from another run that knew more classes, the class means nothing here.
  const known = settings.filter.label === null || settings.filter.label < examples.classes;
  const filter = known ? settings.filter : { ...settings.filter, label: null };
  const onFilter = (changed: ExampleFilter): void => onSettings({ filter: changed });
  const divergence = filter.sort === 'divergence' ? (overall?.divergence ?? null) : null;
  const list = useMemo(() => listExamples(examples, filter, divergence), [examples, filter, divergence]);
  const place = list.indexOf(selected);
  const go = (to: number): void => {
    const index = list[to];
    if (index !== undefined) onSelect(index);
  };
  const answer = (label: number | undefined): string =>
    label === undefined || label === noAnswer ? none : nameOf(label);
  const describe = (index: number): string => {
    const says = columnsOf(examples).map(({ role, predicted }) => `${role} ${answer(predicted[index])}`);
    return `#${index}, truth ${nameOf(examples.labels[index] ?? 0)}, ${says.join(', ')}`;
  };
  return (
    <section class="sl-examples" aria-label="Examples">
      <ExampleTools examples={examples} filter={filter} nameOf={nameOf} onFilter={onFilter} />
      <div class="sl-walk">
        <Button
          appearance="icon"
          label="Previous example"
          title="Previous example of the list"
          disabled={place <= 0}
          onClick={() => go(place - 1)}
        >
          ‹
        </Button>
        <input
          class="sl-field"
          type="number"
          min={0}
          max={examples.n - 1}
          value={selected}
          aria-label="Index of the example"
          title={`Show the example with this index, 0 to ${examples.n - 1}`}
          onChange={({ currentTarget }) => {
            const index = currentTarget.valueAsNumber;
            if (Number.isInteger(index) && index >= 0 && index < examples.n) onSelect(index);
            else currentTarget.value = String(selected);
          }}
        />
        <Button
          appearance="icon"
          label="Next example"
          title="Next example of the list"
          disabled={place >= list.length - 1}
          onClick={() => go(place + 1)}
        >
          ›
        </Button>
        <span class="muted">
          {place >= 0 ? `${count(place + 1)} of ` : ''}
          {count(list.length)}
        </span>
        <ViewTools
          name={`examples-${name}`}
          connection={connection}
          table={asTable}
          onTable={() => onSettings({ examplesTable: !asTable })}
          csv={() => examplesCsv({ examples, list, overall, nameOf })}
        />
      </div>
      {!isListed(examples, filter, selected) && (
        <p class="muted">
          Example {selected} is not among these.{' '}
          <Button
            appearance="secondary"
            title="List all examples"
            onClick={() => onFilter({ ...noFilter, sort: filter.sort })}
          >
            List all
          </Button>
        </p>
      )}
      {problem && <ProblemLine problem={problem} />}
      {asTable ? (
        <div class="sl-twin">
          <table>
            <caption class="muted">
              {count(Math.min(mostLines, list.length))} of {count(list.length)}
            </caption>
            <thead>
              <tr>
                <th scope="col" class="number">
                  index
                </th>
                <th scope="col">truth</th>
                {columnsOf(examples).map(({ role }) => (
                  <th key={role} scope="col" class={role}>
                    {role}
                  </th>
                ))}
                {examples.teacher !== null && (
                  <th scope="col" class="number">
                    KL{overall !== null && ` ${atTemperature(overall.temperature)}`}
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {Array.from(list.subarray(0, mostLines), (index) => (
                <tr key={index} aria-selected={index === selected}>
                  <td class="number">{index}</td>
                  <td>{nameOf(examples.labels[index] ?? 0)}</td>
                  {columnsOf(examples).map(({ role, predicted }) => (
                    <td key={role}>{answer(predicted[index])}</td>
                  ))}
                  {examples.teacher !== null && <td class="number">{nats(overall?.divergence?.[index] ?? NaN)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : list.length === 0 ? (
        <p class="muted">No example is of this class and this part.</p>
      ) : (
        <ExampleGrid
          look="pictures"
          label={`${list.length} examples: arrow keys choose one`}
          title={describe}
          examples={list}
          place={place}
          onPlace={go}
          onChoose={onSelect}
        >
          {(index) => <ExamplePicture source={source} index={index} otherwise={String(index)} />}
        </ExampleGrid>
      )}
    </section>
  );
}

/** The listed examples in their order, with the answers and who is right. */
function examplesCsv({
  examples,
  list,
  overall,
  nameOf,
}: {
  examples: Examples;
  list: Int32Array;
  overall: Overall | null;
  nameOf: (label: number) => string;
}): string {
  const columns = columnsOf(examples);
  const subject = examples.subject.role;
  const at = overall === null ? '' : ` ${atTemperature(overall.temperature)}`;
  const answer = (label: number | undefined): string =>
    label === undefined || label === noAnswer ? '' : nameOf(label);
  return csvText({
    header: [
      'index',
      'truth',
      ...columns.map(({ role }) => role),
      'who is right',
      `KL(teacher‖${subject}) in nats${at}`,
    ],
    rows: Array.from(list, (index) => {
      const part = parts[examples.part?.[index] ?? -1];
      return [
        index,
        nameOf(examples.labels[index] ?? 0),
        ...columns.map(({ predicted }) => answer(predicted[index])),
        part === undefined ? null : partName(part, subject),
        overall?.divergence?.[index] ?? null,
      ];
    }),
  });
}
