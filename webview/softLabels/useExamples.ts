import { useEffect, useRef, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../src/core/problem.js';
import type { EvaluationSplit, LogitsPlace } from '../../src/panel/protocol.js';
import type { HeldAnswer, StoredLogits } from '../logitsCache.js';
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
  { logits, sums, selection }: Pick<ViewProps, 'logits' | 'sums' | 'selection'>,
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
  // What is shown is held until something else is shown in its place.
  const shown = useRef<readonly HeldAnswer[]>([]);
  useEffect(() => () => release(shown.current), []);

  useEffect(() => {
    if (epoch === undefined) return;
    let isWanted = true;
    const { spec } = run.run.record;
    const own = logits.hold({ run: run.run.key, split, epoch });
    const ofTeachers = of.teachers.map((place) => logits.hold(place));
    const ofBaseline = of.baseline === null ? null : logits.hold(of.baseline);
    const held = [own, ...ofTeachers, ...(ofBaseline === null ? [] : [ofBaseline])];
    const settle = (result: ExamplesState): void => {
      if (!isWanted) return;
      release(shown.current);
      shown.current = held;
      setSettled({ key, subject, result });
    };
    const load = async (): Promise<Loaded> => {
      const [subject, ...teachers] = await Promise.all([own.stored, ...ofTeachers.map(({ stored }) => stored)]);
      const thinned = thinnedWords({ asked: epoch, found: subject.epoch });
      const examplesWith = (baseline: StoredLogits | null): Promise<Examples> =>
        examplesOf(sums, {
          subject,
          role: spec.role,
          teachers,
          ensemble: spec.distill?.ensemble ?? 'probabilities',
          baseline,
        });
      try {
        return { examples: await examplesWith((await ofBaseline?.stored) ?? null), notes: thinned };
      } catch (error) {
        // All else can be looked at without it.
        const note = `The baseline is left out. ${problemOf(error).message}`;
        return { examples: await examplesWith(null), notes: [...thinned, note] };
      }
    };
    load().then(
      ({ examples, notes }) =>
        settle({ state: 'ready', examples, epoch, isLoading: false, missing: [...missing, ...notes] }),
      (error: unknown) => settle({ state: 'refused', problem: problemOf(error) }),
    );
    return () => {
      isWanted = false;
      if (shown.current !== held) release(held);
    };
  }, [logits, sums, key]);

  if (epoch === undefined) return { state: 'none' };
  if (settled?.subject !== subject) return { state: 'loading' };
  if (settled.result.state !== 'ready') return settled.key === key ? settled.result : { state: 'loading' };
  return { ...settled.result, isLoading: settled.key !== key };
}

function release(held: readonly HeldAnswer[]): void {
  for (const each of held) each.release();
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
      `${wanted === 1 ? 'The teacher is' : 'The teachers are'} not here with logits on this split: there is nothing to compare with.`,
    ];
  }
  return [`Only ${found} of ${wanted} teachers are here with logits on this split: the mean is of those.`];
}
