import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../src/core/problem.js';
import type { Connection } from '../connection.js';
import type { PanelStore, RunData } from '../store.js';
import type { Plan } from './sweepMap.js';

/** What the experiments of the shown students ask for, and why some of that is not known. */
export interface Plans {
  readonly plans: readonly Plan[];
  readonly problems: readonly Problem[];
  readonly isLoading: boolean;
}

const nothing: Plans = { plans: [], problems: [], isLoading: true };

/** Asks what each experiment of the shown students asks for, again whenever other runs are shown. */
export function usePlans(store: PanelStore, connection: Connection): Plans {
  const asked = experimentsOf(store.runs);
  const runs = store.runs.map(({ run }) => run.key).join('\n');
  const [plans, setPlans] = useState(nothing);
  useEffect(() => {
    let isWanted = true;
    const ask = async (through: string): Promise<Plan | Problem> => {
      try {
        return { through, students: await connection.request('plan', { run: through }) };
      } catch (error) {
        return problemOf(error);
      }
    };
    void Promise.all(asked.map(ask)).then((answers) => {
      if (!isWanted) return;
      const isPlan = (answer: Plan | Problem): answer is Plan => 'students' in answer;
      setPlans({
        plans: answers.filter(isPlan),
        problems: answers.filter((answer): answer is Problem => !isPlan(answer)),
        isLoading: false,
      });
    });
    return () => {
      isWanted = false;
    };
  }, [connection, runs]);
  return plans;
}

/** A student of each experiment, by which the host knows it. */
function experimentsOf(runs: readonly RunData[]): string[] {
  const first = new Map<string, string>();
  for (const { run } of runs) {
    const { spec, experiment } = run.record;
    const name = experiment.file ?? experiment.name;
    if (spec.distill !== null && run.reason === 'opened' && !first.has(name)) first.set(name, run.key);
  }
  return [...first.values()];
}
