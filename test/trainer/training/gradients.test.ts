import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readLog } from '../../../src/run/log/logTail.js';
import { readRecord } from '../../../src/run/runsFolder.js';
import { StepColumns } from '../../../src/run/log/steps.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { trained, trainerRun } from '../trainerRuns.js';

const gradientColumnNames = ['distillationGradient', 'studentGradient', 'gradientCosine'] as const;

const common = {
  ...{ version: 1, seed: 0, data: { dataset: 'mnist', limit: { train: 60, test: 10 } }, teachers: [] },
  ...{ model: { kind: 'mlp', hidden: [4] }, train: { epochs: 2, batchSize: 10 } },
};

describe('a run with a teacher', () => {
  it('logs the gradients of both terms at every step and on the mean of an epoch, and other runs log none', async (test) => {
    const runs = join(await temporaryFolder(test), 'runs');
    const logged = async (folder: Awaited<ReturnType<typeof trainerRun>>) => {
      const { code, output } = await trained(folder);
      assert.equal(code, 0, output);
      const { entries } = await readLog(folder.log);
      const columns = new StepColumns();
      for (const entry of entries) columns.advance(entry);
      const epochs = entries.flatMap((entry) => (entry.type === 'epoch' && entry.train ? [entry.train] : []));
      const steps = entries.filter((entry) => entry.type === 'steps');
      const names = gradientColumnNames.filter((name) => steps.some((entry) => entry[name] !== undefined));
      return { columns, epochs, names };
    };
    const teacher = await trainerRun(runs, { ...common, role: 'teacher', name: 'teacher', distill: null });
    const alone = await logged(teacher);
    assert.deepEqual(alone.names, []);
    assert.ok(alone.epochs.every((metrics) => metrics.distillationGradient === undefined));
    const { specHash } = await readRecord(teacher);
    const student = (distill: object): ReturnType<typeof trainerRun> =>
      trainerRun(
        runs,
        { ...common, role: 'student', name: 'student', teachers: [specHash], distill },
        { teachers: [teacher] },
      );

    const taught = await logged(await student({ loss: 'hinton', alpha: 0.5, warmup: 1 }));
    assert.deepEqual(taught.names, [...gradientColumnNames]);
    const [distillation = [], pupil = [], cosine = []] = gradientColumnNames.map((name) =>
      Array.from(taught.columns.column(name)),
    );
    assert.equal(distillation.length, 12);
    assert.ok([...distillation, ...pupil].every((value) => value > 0));
    assert.ok(cosine.every((value) => value >= -1 && value <= 1));
    // The warm-up is over at the sixth step.
    assert.ok((distillation[0] ?? NaN) < (distillation[5] ?? NaN) / 3, distillation.join(' '));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const [epoch, metrics] of taught.epochs.entries()) {
      const of = (values: readonly number[]): number => mean(values.slice(6 * epoch, 6 * epoch + 6));
      const found = [metrics.distillationGradient, metrics.studentGradient, metrics.gradientCosine];
      for (const [index, wanted] of [of(distillation), of(pupil), of(cosine)].entries())
        assert.ok(Math.abs((found[index] ?? NaN) - wanted) < 1e-5, `${found.join()} in epoch ${epoch + 1}`);
    }

    // Without weight a term has a gradient of 0, and there is no angle in the whole run.
    const deaf = await logged(await student({ loss: 'hinton', alpha: 0 }));
    assert.deepEqual(deaf.names, ['distillationGradient', 'studentGradient']);
    assert.ok(deaf.columns.column('distillationGradient').every((value) => value === 0));
  });
});
