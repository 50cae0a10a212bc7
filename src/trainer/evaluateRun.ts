import type { OpenedRun } from '../run/openedRun.js';
import { classesLine } from '../core/classes/classMap.js';
import type { RunSpec } from '../core/spec/spec.js';
import { takeAll } from '../data/cache/rows.js';
import type { Dataset } from './data/dataset.js';
import type { Journal } from './training/journal.js';
import { measure } from './evaluation/measure.js';
import { warnOfResult } from './evaluation/resultWarnings.js';
import { Backbone } from './networks/backbone.js';
import type { NetworkContext } from './networks/context.js';
import { startingNetwork, type StartingNetwork } from './training/startingNetwork.js';
import { ProblemError } from '../core/problem.js';

/**
 * A run of which nothing is trained: its network is asked once about the evaluation splits, so that panel and students
 * find it like any other. Its weights stay where they are; its answers are stored for the students.
 * @throws ProblemError what is wrong with the network; whatever the progress throws, to stop
 */
export async function evaluateRun(
  { run, spec, dataset, context }: { run: OpenedRun; spec: RunSpec; dataset: Dataset; context: NetworkContext },
  journal: Journal,
): Promise<void> {
  const begun = performance.now();
  await checkWeights(spec, context, journal);
  const network = new Backbone(spec, 'logits', context);
  const measured = await measure(run, {
    epoch: 0,
    dataset,
    logitsOf: async (split) => takeAll(await network.rows(split)),
    softOn: () => null,
  });
  const lost = run.lost();
  if (lost !== null) throw lost;
  await warnOfResult(run.paths, { spec, epoch: 0, classes: dataset.classes, warn: context.warn });
  const seconds = (performance.now() - begun) / 1000;
  journal.write({ type: 'epoch', time: Date.now(), epoch: 0, step: 0, ...measured, seconds });
  journal.write({ type: 'finished', time: Date.now(), step: 0, seconds, test: measured.test });
}

/** The answers of a head that nobody has trained are worth nothing: that is refused before anything is computed. */
async function checkWeights(
  spec: RunSpec,
  { picture, pictures, note }: NetworkContext,
  journal: Journal,
): Promise<void> {
  if (spec.model.kind === 'onnx') return;
  const { classes } = pictures;
  const network = await startingNetwork(spec, { picture, classes });
  const { report, used } = network;
  if (report === null) return;
  journal.write({ type: 'weights', time: Date.now(), ...report });
  if (used !== null) note(used);
  requireTrainedHead(network, { spec, classes });
}

/** @throws ProblemError `untrained-head` where the head of a network of which nothing is trained is not in its file */
export function requireTrainedHead(
  { model, report, fileOutputs }: Pick<StartingNetwork, 'model' | 'report' | 'fileOutputs'>,
  { spec, classes }: { spec: Pick<RunSpec, 'weights'>; classes: readonly string[] },
): void {
  if (report === null) return;
  const anew = report.missing.filter((name) => model.head.includes(name));
  if (anew.length === 0) return;
  const why = report.skipped.find(({ name }) => anew.includes(name))?.why ?? 'it is not in the file';
  throw new ProblemError({
    code: 'untrained-head',
    message: `The head of these weights does not fit (${why}), and with "trainable": "none" it would stay as it was drawn at random.`,
    fix:
      fileOutputs === null || fileOutputs < classes.length
        ? 'Use weights whose head knows all of them, or write "trainable": "head" to train a new one on the frozen network.'
        : `If it knows the data set's classes, say which of its outputs means which: ${classesLine(classes)}. Or write "trainable": "head" to train a new one on the frozen network.`,
    place: { ...(spec.weights === null ? {} : { file: spec.weights.file }) },
  });
}
