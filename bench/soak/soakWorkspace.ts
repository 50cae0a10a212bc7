import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listRuns } from '../../src/run/runsFolder.js';
import { commandLine } from '../../test/tour/commandLine.js';
import { copyRun } from '../copyRun.js';

/** A workspace with as many runs as are wanted, all copies of one student that was trained for it. */
export class SoakWorkspace {
  private constructor(
    readonly folder: string,
    private readonly copies: string[],
  ) {}

  /** @param folder is there, and empty */
  static async make(folder: string, { runs: wanted }: { runs: number }): Promise<SoakWorkspace> {
    const runs = join(folder, '.distillery', 'runs');
    await mkdir(runs, { recursive: true });
    const file = 'small.distill.json';
    await writeFile(join(folder, file), JSON.stringify(smallExperiment({ name: 'small', epochs: 3, seed: 0 })));
    await commandLine(['run', file], { cwd: folder });
    const student = (await listRuns(runs)).find((id) => id.includes('student'));
    if (student === undefined) throw new Error('The experiment has no student.');
    const copies: string[] = [];
    // The student and its teacher are there already.
    for (let copy = 1; copy <= wanted - 2; copy++) {
      copies.push(join(runs, `${student}-${copy}`));
      await copyRun(join(runs, student), join(runs, `${student}-${copy}`));
    }
    return new SoakWorkspace(folder, copies);
  }

  /** A run folder to be opened; another one for the next index. */
  copy(index: number): string {
    const copy = this.copies[index % this.copies.length];
    if (copy === undefined) throw new Error('There is no run to open.');
    return copy;
  }

  /** Writes an experiment that would train for very long, and another one each time. @returns its file */
  async longExperiment(seed: number): Promise<string> {
    const file = join(this.folder, 'long.distill.json');
    await writeFile(file, JSON.stringify(smallExperiment({ name: 'long', epochs: 100_000, seed })));
    return file;
  }

  /** Deletes a copy, so that a run which comes makes them no more. */
  async dropCopy(): Promise<void> {
    const copy = this.copies.pop();
    if (copy === undefined) throw new Error('More runs were begun than there are copies to delete.');
    await rm(copy, { recursive: true, force: true });
  }

  /** The folder of the run of the long experiment with a seed, or null. */
  async runOf(seed: number): Promise<string | null> {
    const runs = join(this.folder, '.distillery', 'runs');
    const id = (await listRuns(runs)).find((each) => each.includes(`-teacher-s${seed}-`));
    return id === undefined ? null : join(runs, id);
  }
}

function smallExperiment({ name, epochs, seed }: { name: string; epochs: number; seed: number }): object {
  const train = { epochs, batchSize: 50 };
  return {
    name,
    data: { dataset: 'mnist', limit: { train: 1000, test: 200 } },
    teacher: { model: { kind: 'mlp', hidden: [16] }, train, seed },
    student: { model: { kind: 'mlp', hidden: [8] }, train },
    baseline: false,
    seeds: [seed],
  };
}
