import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals-core';
import type { Kept } from '../../src/core/evaluation/keptKnowledge.js';
import { problemOf, type Problem } from '../../src/core/problem.js';
import type { DarkOptions } from '../sums/darkKnowledge.js';
import type { Overall } from '../sums/overall.js';
import type { SumName, SumQuestions } from '../sums/protocol.js';
import type { Sums } from '../sums/sums.js';
import { modelColumn, splitOf, type Examples } from './examples.js';
import type { MovingTemperature } from './temperature.js';

/** Exponentials that the worker computes between two frames: about 5 ms. */
const mostAFrame = 400_000;

/** Teacher–student similarity at a temperature. */
export interface KeptAt {
  readonly temperature: number;
  readonly kept: Kept;
}

/** What is to be shown of the whole split. */
interface Wanted {
  readonly temperature: number;
  readonly dark: DarkOptions;
}

/**
 * Keeps what is said of the whole split in step with the temperature: at every frame where that is cheap, else once the
 * slider rests. What is shown meanwhile is older, and says so (`isBehind`). How much of the teacher's dark knowledge was kept
 * is always told at rest.
 */
export class OverallFollower {
  readonly #overall = signal<Overall | null>(null);
  readonly #resting = signal<Overall | null>(null);
  readonly #kept = signal<KeptAt | null>(null);
  readonly #problem = signal<Problem | null>(null);
  /** What `overall` was asked with. */
  #taken: Wanted | null = null;
  /** Takes back what is computed now. */
  #underway: AbortController | null = null;
  /** Of `overall`. */
  readonly #temperature = computed(() => this.#overall.value?.temperature ?? null);
  readonly #ends: readonly (() => void)[];
  readonly followsEveryFrame: boolean;
  /** Whether what is shown waits for the slider to rest. */
  readonly isBehind: ReadonlySignal<boolean>;

  /** @param examples with the baseline, which counts for what was kept in any case, and else where it is shown */
  constructor(
    private readonly examples: Examples,
    private readonly options: {
      readonly sums: Pick<Sums, 'ask'>;
      readonly temperature: MovingTemperature;
      readonly withBaseline: boolean;
      readonly dark: ReadonlySignal<DarkOptions>;
    },
  ) {
    const { temperature } = options;
    this.followsEveryFrame = examples.n * costOf(this.#shown) <= mostAFrame;
    this.isBehind = computed(() => !this.followsEveryFrame && this.#temperature.value !== temperature.inFrame.value);
    this.#ends = [
      effect(() => {
        const isTime = this.followsEveryFrame || temperature.atRest.value;
        const wanted = this.#wanted;
        untracked(() => (isTime ? this.#follow(wanted) : this.#giveUp()));
      }),
      effect(() => {
        if (temperature.atRest.value) this.#resting.value = this.#overall.value;
      }),
      effect(() => this.#keep()),
      () => this.#giveUp(),
    ];
  }

  /** The newest that is complete; null at first. */
  get overall(): ReadonlySignal<Overall | null> {
    return this.#overall;
  }

  /** As `overall`, but told only while the temperature is at rest. */
  get resting(): ReadonlySignal<Overall | null> {
    return this.#resting;
  }

  /** The newest that is complete, perhaps of a temperature before; null at first, and without a teacher. */
  get kept(): ReadonlySignal<KeptAt | null> {
    return this.#kept;
  }

  /** Why nothing could be computed; null where nothing is wrong. */
  get problem(): ReadonlySignal<Problem | null> {
    return this.#problem;
  }

  dispose(): void {
    for (const end of this.#ends) end();
  }

  get #shown(): Examples {
    return this.options.withBaseline ? this.examples : { ...this.examples, baseline: null };
  }

  #giveUp(): void {
    this.#underway?.abort();
    this.#underway = null;
  }

  get #wanted(): Wanted {
    return { temperature: this.options.temperature.inFrame.value, dark: this.options.dark.value };
  }

  /** One at a time: while one is computed the slider may go on, and the newest is next. */
  #follow(wanted: Wanted): void {
    if (this.#underway !== null) return;
    const { temperature, dark } = wanted;
    if (this.#taken?.temperature === temperature && this.#taken.dark === dark) return;
    const underway = new AbortController();
    this.#underway = underway;
    const take = (overall: Overall): void => {
      this.#underway = null;
      this.#taken = wanted;
      this.#overall.value = overall;
      untracked(() => this.#follow(this.#wanted));
    };
    this.#ask('overall', { split: splitOf(this.#shown), ...wanted }, { signal: underway.signal, take });
  }

  /** Asks what was kept, of what is shown at rest. @returns how to take it back */
  #keep(): (() => void) | undefined {
    const { temperature } = this.options;
    const of = this.#temperature.value;
    const { teacher } = this.examples;
    if (!temperature.atRest.value || of === null || of !== temperature.inFrame.value) return undefined;
    if (teacher === null) return undefined;
    const abort = new AbortController();
    const ask = {
      split: { ...splitOf(this.examples), teacher: modelColumn(teacher) },
      temperature: of,
    };
    const take = (kept: Kept): void => {
      this.#kept.value = { temperature: ask.temperature, kept };
    };
    this.#ask('kept', ask, { signal: abort.signal, take });
    return () => abort.abort();
  }

  #ask<N extends SumName>(
    name: N,
    ask: SumQuestions[N]['ask'],
    { signal, take }: { readonly signal: AbortSignal; readonly take: (answer: SumQuestions[N]['answer']) => void },
  ): void {
    this.options.sums.ask(name, ask, { signal }).then(take, (error: unknown) => {
      if (!signal.aborted) this.#problem.value = problemOf(error);
    });
  }
}

function costOf({ classes, subject, teacher, baseline }: Examples): number {
  const members = [subject, teacher, baseline].flatMap((column) => column?.model.members ?? []);
  return classes * members.length;
}
