import { canonicalJson } from '../json.js';
import { specIdentity } from './identity.js';
import type { RunSpec } from './spec.js';

/** Whether two runs differ in how long they train, and in nothing else that decides their results. */
export function differsInEpochsAlone(spec: RunSpec, other: RunSpec): boolean {
  const { epochs } = spec.train;
  if (spec.trainable === 'none' || epochs === other.train.epochs) return false;
  const alike: RunSpec = { ...other, train: { ...other.train, epochs } };
  return canonicalJson(specIdentity(alike)) === canonicalJson(specIdentity(spec));
}

/**
 * What of a training depends on how long it is, for people. Where it is nothing a step is the same however many follow,
 * and a longer training can go on from a shorter one. Warm-ups and milestones count epochs from the start, and bind
 * nothing to the end.
 */
export function boundToLength({ train, distill }: Pick<RunSpec, 'train' | 'distill'>): string[] {
  return [
    ...(train.schedule.kind === 'cosine' ? ['the cosine schedule'] : []),
    ...(distill !== null && distill.temperatureEnd !== null ? ['`temperatureEnd`'] : []),
  ];
}
