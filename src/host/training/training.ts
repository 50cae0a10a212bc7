import type * as vscode from 'vscode';
import { checkExperiment } from '../../launch/checkExperiment.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { engineSetting } from '../engines/engines.js';
import { Failures } from './failures.js';
import type { Installation } from '../installation.js';
import { memoryOf } from '../memory.js';
import type { Report } from '../report.js';
import type { Log } from '../shown/log.js';
import { parseOwnPackage, versionsOf } from '../../launch/versions.js';
import { ContinueOffers } from './continueOffers.js';
import { ExperimentQueue } from './experimentQueue.js';
import { ExperimentRuns } from './experimentRuns.js';
import { Trainers } from './trainers.js';

/** What starts and stops trainers for a person. */
export interface Training {
  readonly queue: ExperimentQueue;
  readonly experiments: ExperimentRuns;
  readonly trainers: Trainers;
  readonly failures: Failures;
  readonly offers: ContinueOffers;
}

/**
 * Builds what trains. It tells what happens and knows nobody who shows it.
 * @param context of the extension: what was asked for is kept in its workspace's state
 */
export function buildTraining(
  context: Pick<vscode.ExtensionContext, 'workspaceState' | 'extension'>,
  parts: { readonly installation: Installation; readonly runs: RunsIndex; readonly report: Report; readonly log: Log },
): Training {
  const { installation, runs, report, log } = parts;
  const launcher = () => installation.launcher();
  const queue = new ExperimentQueue({
    launcher,
    check: (asked, options) => checkExperiment(asked, { ...installation.checker(), ...options }),
    engine: engineSetting,
    versions: versionsOf(parseOwnPackage(context.extension.packageJSON)),
    memory: memoryOf(context.workspaceState, 'distillery.asked'),
  });
  const failures = new Failures();
  const offers = new ContinueOffers({ runs });
  const experiments = new ExperimentRuns({ queue, runs, offers, failures, report, log });
  const trainers = new Trainers({ launcher, engine: engineSetting, runs, queue, log });
  return { queue, experiments, trainers, failures, offers };
}
