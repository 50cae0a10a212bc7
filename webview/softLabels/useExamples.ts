import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../src/core/problem.js';
import type { EvaluationSplit, LogitsAnswer, LogitsPlace } from '../../src/panel/protocol.js';
import type { Parties } from '../parties.js';
import type { RunData } from '../store.js';
import { thinnedWords } from '../thinned.js';
import type { ViewProps } from '../view.js';
import { examplesOf, type Examples } from './examples.js';

/** The answers of a run and of those it is compared with, as far as they have come. */
export type ExamplesState =
  /** The run has no stored answers about the split yet. */
  | { readonly state: 'none' }
  | { readonly state: 'loading' }
  | {
      readonly state: 'ready';
      readonly examples: Examples;
      /** Of the run in question: the epoch whose answers these are. */
      readonly epoch: number;
      /** Whether another epoch was asked for and is on its way. */
      readonly isLoading: boolean;
      /** What keeps those at hand from being compared with all they should be. */
      readonly missing: readonly string[];
    }
  | { readonly state: 'refused'; readonly problem: Problem };

interface Settled {
  readonly key: string;
  /** The run and the split: what is at hand of them stays until another epoch has come. */
  readonly subject: string;
  readonly result: ExamplesState;
}

/** Epochs of a run whose answers about the split are stored, rising. */
export function storedEpochs(data: RunData, split: EvaluationSplit): number[] {
  return data.epochs.filter(({ logits }) => logits[split] !== undefined).map(({ epoch }) => epoch);
}

/** Loads what `examplesOf` needs, again whenever another epoch, split or run is meant. */
export function useExamples(
  { logits, selection }: Pick<ViewProps, 'logits' | 'selection'>,
  { run, teachers, baseline }: Parties,
): ExamplesState {
  const { split } = selection;
  const stored = storedEpochs(run, split);
  const epoch = stored.find((one) => one === selection.epoch) ?? stored.at(-1);
  const latest = (data: RunData): LogitsPlace | null => latestPlace(data, split);
  const of = {
    teachers: teachers.map(latest).filter((place) => place !== null),
    baseline: baseline === null ? null : latest(baseline),
  };
  const missing = missingWords({ run, found: of.teachers.length });
  const subject = `${split} ${run.run.key}`;
  const key = JSON.stringify([subject, epoch, of]);
  const [settled, setSettled] = useState<Settled | null>(null);

  useEffect(() => {
    if (epoch === undefined) return;
    let isWanted = true;
    const settle = (result: ExamplesState): void => {
      if (isWanted) setSettled({ key, subject, result });
    };
    const { spec } = run.run.record;
    const load = async (): Promise<Loaded> => {
      const ofBaseline = of.baseline === null ? null : logits.get(of.baseline);
      const [own, ...ofTeachers] = await Promise.all([
        logits.get({ run: run.run.key, split, epoch }),
        ...of.teachers.map((place) => logits.get(place)),
      ]);
      const thinned = thinnedWords({ asked: epoch, found: own.epoch });
      const examplesWith = (baseline: LogitsAnswer | null): Examples =>
        examplesOf({
          subject: own,
          role: spec.role,
          teachers: ofTeachers,
          ensemble: spec.distill?.ensemble ?? 'probabilities',
          baseline,
        });
      try {
        return { examples: examplesWith(await ofBaseline), notes: thinned };
      } catch (error) {
        // All else can be looked at without it.
        const note = `The baseline is left out. ${problemOf(error).message}`;
        return { examples: examplesWith(null), notes: [...thinned, note] };
      }
    };
    load().then(
      ({ examples, notes }) =>
        settle({ state: 'ready', examples, epoch, isLoading: false, missing: [...missing, ...notes] }),
      (error: unknown) => settle({ state: 'refused', problem: problemOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [logits, key]);

  if (epoch === undefined) return { state: 'none' };
  if (settled?.subject !== subject) return { state: 'loading' };
  if (settled.result.state !== 'ready') return settled.key === key ? settled.result : { state: 'loading' };
  return { ...settled.result, isLoading: settled.key !== key };
}

interface Loaded {
  readonly examples: Examples;
  /** That the answers are of another epoch, and why there is no baseline, though there should be. */
  readonly notes: readonly string[];
}

function latestPlace(data: RunData, split: EvaluationSplit): LogitsPlace | null {
  const epoch = storedEpochs(data, split).at(-1);
  return epoch === undefined ? null : { run: data.run.key, split, epoch };
}

function missingWords({ run, found }: { run: RunData; found: number }): string[] {
  const wanted = run.run.record.teachers.length;
  if (found === wanted) return [];
  if (found === 0) {
    return [
      `${wanted === 1 ? 'The teacher is' : 'The teachers are'} not here with answers about this split: nothing to compare with.`,
    ];
  }
  return [`Only ${found} of ${wanted} teachers are here with answers about this split: the mean is of those.`];
}
