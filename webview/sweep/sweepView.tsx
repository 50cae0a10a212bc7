import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { counted } from '../../src/core/words.js';
import type { RunKey } from '../../src/panel/protocol.js';
import { ProblemLine } from '../problemLine.js';
import type { PanelStore } from '../store.js';
import { Button, Dropdown } from '../toolkit.js';
import { usePairedTests, useTestSet } from '../testResults.js';
import { useTopic } from '../useTopic.js';
import type { ViewProps } from '../view.js';
import { ViewTools } from '../viewTools.js';
import type { SweepMemory } from './memory.js';
import { useSignal } from '../useSignal.js';
import { SweepCell } from './sweepCell.js';
import { sweepCsv, sweepSvg } from './sweepFiles.js';
import './sweep.css';
import { bestCell, mostDifference, sweepMaps, testedPairs, type SweepMap } from './sweepMap.js';
import { SweepTable } from './sweepTable.js';
import { usePlans } from './usePlans.js';

/** Whether there is something to lay out as a map: several runs that were opened, a student among them. */
export function hasSweep({ runs }: Pick<PanelStore, 'runs'>): boolean {
  const opened = runs.filter(({ run }) => run.reason === 'opened');
  return opened.length > 1 && opened.some(({ run }) => run.record.spec.distill !== null);
}

/** Test errors of an experiment's students over T and α; what is missing is a button that runs it. */
export function SweepView({
  store,
  connection,
  select,
  tests,
  theme,
  memory,
}: ViewProps & { memory: SweepMemory }): JSX.Element {
  useTopic(store, 'runs', 'status');
  const { trainings } = memory;
  useSignal(trainings.asked);
  const trainingProblem = useSignal(trainings.problem);
  const [isTable, setTable] = useState(memory.isTable);
  const [chosen, setChosen] = useState(memory.map);
  useEffect(() => {
    memory.isTable = isTable;
    memory.map = chosen;
  }, [memory, isTable, chosen]);
  const { plans, problems, isLoading } = usePlans(store, connection);
  const pairs = testedPairs(store.runs);
  const paired = usePairedTests(tests, pairs);
  const testSet = useTestSet(tests, pairs[0]?.run ?? null);
  const maps = sweepMaps(store.runs, plans, { paired: paired.results, testSet });
  const map = maps.find(({ id }) => id === chosen) ?? maps[0];
  if (map === undefined) return <p class="muted">No student is shown.</p>;
  const [through] = store.runs.map(({ run }) => run.key);
  const onShow = (runs: readonly RunKey[]): void => {
    if (through !== undefined) connection.command({ command: 'showRuns', run: through, runs });
  };
  const hidden = map.cells
    .flat()
    .flatMap((cell) => cell?.runs.flatMap((run) => (run.kind === 'hidden' ? [run.run] : [])) ?? []);
  const whyNot =
    problems[0]?.message ?? (isLoading ? 'Reading the experiment …' : 'The experiment does not ask for it');
  return (
    <div class="sweep">
      <div class="sweep-head">
        {maps.length > 1 && (
          <Dropdown
            label="Students"
            title="Students that differ in more than T, α and seed have a map of their own"
            value={map.id}
            options={maps.map(({ id, name }, index) => ({ value: id, text: distinct(maps, { name, index }) }))}
            onChange={setChosen}
          />
        )}
        <p class="muted">
          Mean test errors over the seeds; beneath, errors more or fewer than the baseline with the same seed. A place
          is coloured where McNemar’s test tells the two apart with every seed (p below 0.05): green is better, red is
          worse.
        </p>
        <ViewTools
          name={`t-alpha-${map.name}`}
          connection={connection}
          table={isTable}
          onTable={() => setTable(!isTable)}
          svg={() => sweepSvg(map, { theme })}
          csv={() => sweepCsv(map)}
        />
      </div>
      {problems.map((problem) => (
        <ProblemLine key={problem.message} problem={problem} />
      ))}
      {paired.problems.map((problem, at) => (
        <ProblemLine key={at} problem={problem} />
      ))}
      {trainingProblem !== null && <ProblemLine problem={trainingProblem} />}
      {hidden.length > 0 && (
        <p class="sweep-hidden">
          {counted(hidden.length, 'run')} of it {hidden.length === 1 ? 'is' : 'are'} not shown here.{' '}
          <Button
            appearance="secondary"
            title="Show them beside those that are compared"
            onClick={() => onShow(hidden)}
          >
            Show all
          </Button>
        </p>
      )}
      {isTable ? (
        <SweepTable map={map} />
      ) : (
        <MapTable
          map={map}
          cell={{
            mayRun: store.mayRun,
            trainings,
            whyNot,
            onTrain: (students) => void trainings.train(connection, students),
            onShow,
            onLook: (run) => select({ run }),
          }}
        />
      )}
      {map.temperatures.length * map.alphas.length === 1 && !isLoading && (
        <p class="muted">
          There is one temperature and one α only. <code>{'"sweep": { "distill.temperature": [2, 4, 8, 20] }'}</code> in
          the experiment makes a map of it.
        </p>
      )}
    </div>
  );
}

type CellActions = Pick<
  Parameters<typeof SweepCell>[0],
  'mayRun' | 'trainings' | 'whyNot' | 'onTrain' | 'onShow' | 'onLook'
>;

function MapTable({ map, cell: actions }: { readonly map: SweepMap; readonly cell: CellActions }): JSX.Element {
  const most = mostDifference(map);
  const best = bestCell(map);
  return (
    <div class="sweep-scroll">
      <table class="sweep-map">
        <thead>
          <tr>
            <th class="sweep-corner">
              <span aria-hidden="true">α ↓ T →</span>
              <span class="unseen">α by temperature</span>
            </th>
            {map.temperatures.map((temperature) => (
              <th key={temperature} scope="col">
                T {temperature}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {map.cells.map((row, index) => (
            <tr key={map.alphas[index]}>
              <th scope="row">α {map.alphas[index]}</th>
              {row.map((cell, column) => (
                <SweepCell
                  key={map.temperatures[column]}
                  cell={cell}
                  isBest={cell !== null && cell === best}
                  most={most}
                  {...actions}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The name of a map, with a number where another has the same. */
function distinct(maps: readonly SweepMap[], { name, index }: { name: string; index: number }): string {
  const alike = maps.filter((map) => map.name === name);
  return alike.length === 1 ? name : `${name} (${maps.slice(0, index + 1).filter((map) => map.name === name).length})`;
}
