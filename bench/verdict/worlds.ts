import { randomStream } from '../../src/core/random.js';
import type { SweepAnswers } from './sweepAnswers.js';

/** A sweep as it might have come out: which answers are right, on pictures to choose by and on others to tell by. */
export interface Sweep {
  readonly validation: Split;
  readonly test: Split;
  /** Both of other seeds on the test pictures, for whoever trains the chosen configuration again. */
  readonly again: Split | null;
}

/** Right answers of a student and its baseline, 1 or 0, [pictures]. */
interface Pair {
  readonly student: Uint8Array;
  readonly baseline: Uint8Array;
}

/** [configurations][seeds]. */
export type Split = readonly (readonly Pair[])[];

/** Where sweeps come from in which nothing is better than the baseline. */
export interface World {
  readonly name: string;
  /** Whether all configurations are compared with the same baselines. */
  readonly sharesBaseline: boolean;
  readonly draw: (number: number) => Sweep;
}

export interface Size {
  readonly configurations: number;
  readonly seeds: number;
}

/** The answers of `configurations` + 1 runs, the baseline first, [runs][seeds][pictures]. */
type Answers = readonly (readonly Uint8Array[])[];

/**
 * The runs of the sweep, where for each picture and each seed it is drawn anew which of the thirteen answers is called the
 * baseline's and which that of each configuration.
 */
export function relabelled(answers: SweepAnswers, size: Size): World {
  return {
    name: 'relabelled by picture and seed',
    sharesBaseline: true,
    draw: (number) => {
      const drawn = drawSeeds(answers, { ...size, number });
      const random = new Draws('relabelled', number);
      const cell = new Uint8Array(size.configurations + 1);
      for (let seed = 0; seed < size.seeds; seed++) {
        const runs = drawn.map((ofRun) => ofRun[seed] ?? new Uint8Array());
        for (let picture = 0; picture < answers.pictures; picture++) {
          for (let i = 0; i < cell.length; i++) cell[i] = runs[i]?.[picture] ?? 0;
          for (let i = cell.length - 1; i > 0; i--) {
            const j = random.below(i + 1);
            const kept = cell[i] ?? 0;
            cell[i] = cell[j] ?? 0;
            cell[j] = kept;
          }
          runs.forEach((run, index) => {
            run[picture] = cell[index] ?? 0;
          });
        }
      }
      return split(drawn, null, number);
    },
  };
}

/** The same of each pair by itself, as if every configuration had a baseline of its own: a coin for each picture and seed. */
export function exchangedInPairs(answers: SweepAnswers, size: Size): World {
  return {
    name: 'exchanged in each pair by itself',
    sharesBaseline: false,
    draw: (number) => {
      const [baselines = [], ...students] = drawSeeds(answers, { ...size, number });
      const random = new Draws('exchanged', number);
      const exchanged = students.map((ofStudent) =>
        ofStudent.map((student, seed) => {
          const baseline = Uint8Array.from(baselines[seed] ?? []);
          for (let picture = 0; picture < answers.pictures; picture++) {
            if (random.below(2) === 0) continue;
            const kept = student[picture] ?? 0;
            student[picture] = baseline[picture] ?? 0;
            baseline[picture] = kept;
          }
          return { student, baseline };
        }),
      );
      const order = randomStream(number, 'pictures').shuffle(answers.pictures);
      const half = answers.pictures / 2;
      return {
        validation: onPictures(exchanged, order.subarray(0, half)),
        test: onPictures(exchanged, order.subarray(half)),
        again: null,
      };
    },
  };
}

/** Baselines with other seeds, called a sweep: what seeds do to a network is all there as it is. */
export function otherSeeds({ baseline, pictures }: SweepAnswers, { configurations, seeds }: Size): World {
  return {
    name: 'the same network with other seeds',
    sharesBaseline: true,
    draw: (number) => {
      const order = randomStream(number, 'runs').shuffle(baseline.length);
      let next = 0;
      const take = (): Uint8Array => Uint8Array.from(baseline[order[next++] ?? 0] ?? new Uint8Array(pictures));
      const takeSeeds = (): Uint8Array[] => Array.from({ length: seeds }, take);
      const answers = Array.from({ length: configurations + 1 }, takeSeeds);
      const [again, baselineAgain] = [takeSeeds(), takeSeeds()];
      if (next > order.length) throw new RangeError(`${next} runs are needed, ${order.length} were recorded`);
      // Of equals any may be trained again.
      return split(
        answers,
        [baselineAgain, ...Array.from({ length: configurations }, () => again.map((run) => Uint8Array.from(run)))],
        number,
      );
    },
  };
}

/** The sweep itself, with so many of its seeds: not one in which nothing is better. */
export function asItIs(answers: SweepAnswers, size: Size): World {
  return {
    name: 'as it is',
    sharesBaseline: true,
    draw: (number) => split(drawSeeds(answers, { ...size, number }), null, number),
  };
}

/** A world in which the first configuration gains so much: a share of its wrong answers, drawn for each seed, is right. */
export function withGain(world: World, gain: number): World {
  return {
    ...world,
    draw: (number) => {
      const sweep = world.draw(number);
      const random = new Draws('gain', number);
      for (const part of [sweep.validation, sweep.test, sweep.again]) {
        for (const { student } of part?.[0] ?? []) {
          const wrong = student.reduce((count, right) => count + 1 - right, 0);
          const share = (gain * student.length) / wrong;
          student.forEach((right, picture) => {
            if (right === 0 && random.uniform() < share) student[picture] = 1;
          });
        }
      }
      return sweep;
    },
  };
}

/** Copies of the answers of all configurations with seeds drawn from those that were recorded. */
function drawSeeds(
  { baseline, students }: SweepAnswers,
  { configurations, seeds, number }: Size & { number: number },
): Answers {
  const order = randomStream(number, 'seeds')
    .shuffle(students[0]?.length ?? 0)
    .subarray(0, seeds);
  return [baseline, ...students.slice(0, configurations)].map((ofRun) =>
    Array.from(order, (seed) => Uint8Array.from(ofRun[seed] ?? [])),
  );
}

/** Half of the pictures to choose by and half to tell by, drawn anew. */
function split(answers: Answers, again: Answers | null, number: number): Sweep {
  const pictures = answers[0]?.[0]?.length ?? 0;
  const order = randomStream(number, 'pictures').shuffle(pictures);
  const [first, second] = [order.subarray(0, pictures / 2), order.subarray(pictures / 2)];
  return {
    validation: onPictures(pairsOf(answers), first),
    test: onPictures(pairsOf(answers), second),
    again: again === null ? null : onPictures(pairsOf(again), second),
  };
}

function pairsOf([baselines = [], ...students]: Answers): Pair[][] {
  return students.map((ofStudent) =>
    ofStudent.map((student, seed) => ({ student, baseline: baselines[seed] ?? new Uint8Array() })),
  );
}

function onPictures(pairs: Split, pictures: Int32Array): Split {
  // Configurations share their baselines, which are picked once.
  const picked = new Map<Uint8Array, Uint8Array>();
  const pick = (answers: Uint8Array): Uint8Array => {
    const known = picked.get(answers);
    if (known !== undefined) return known;
    const some = new Uint8Array(pictures.length);
    for (let i = 0; i < some.length; i++) some[i] = answers[pictures[i] ?? 0] ?? 0;
    picked.set(answers, some);
    return some;
  };
  return pairs.map((ofSeeds) =>
    ofSeeds.map(({ student, baseline }) => ({ student: pick(student), baseline: pick(baseline) })),
  );
}

/** Numbers one after the other, from blocks of a stream. */
class Draws {
  readonly #name: string;
  readonly #number: number;
  readonly #words = new Uint32Array(4096);
  #at = this.#words.length;
  #block = 0;

  constructor(name: string, number: number) {
    this.#name = name;
    this.#number = number;
  }

  uniform(): number {
    if (this.#at === this.#words.length) {
      randomStream(this.#number, this.#name).fillUint32(this.#words, this.#block);
      this.#block += this.#words.length / 4;
      this.#at = 0;
    }
    return (this.#words[this.#at++] ?? 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }
}
