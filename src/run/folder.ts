import { basename, join, resolve } from 'node:path';

export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** What the files of a run folder are called. */
export const runFiles = {
  record: 'run.json',
  log: 'log.jsonl',
  checkpoint: 'checkpoint.safetensors',
  previousCheckpoint: 'checkpoint.previous.safetensors',
  damagedCheckpoint: 'checkpoint.damaged.safetensors',
  trainerLog: 'trainer.log',
  stop: 'stop',
  engine: 'engine',
} as const;

/** The folder in it that holds its logits. */
export const logitsFolder = 'logits';

/** Where everything of one run lies. The run folder is the protocol: this is all that its readers and writers share. */
export interface RunFolder {
  readonly id: string;
  readonly path: string;
  /** `run.json` */
  readonly record: string;
  /** `log.jsonl` */
  readonly log: string;
  /** `checkpoint.safetensors` */
  readonly checkpoint: string;
  /** `checkpoint.previous.safetensors`: the one before, while there may be another. */
  readonly previousCheckpoint: string;
  /** `checkpoint.damaged.safetensors`: one that was found damaged, once the one before has taken its place. */
  readonly damagedCheckpoint: string;
  /** `trainer.log`: the process's own stdout and stderr. */
  readonly trainerLog: string;
  /** `stop`: its presence asks the trainer to finish its step, save and leave. */
  readonly stop: string;
  /** `engine`: names the engine that trainers take from now on in place of the one in run.json. */
  readonly engine: string;
}

/** The paths of a run folder, which need not exist. */
export function runFolder(path: string): RunFolder {
  const absolute = resolve(path);
  return {
    id: basename(absolute),
    path: absolute,
    record: join(absolute, runFiles.record),
    log: join(absolute, runFiles.log),
    checkpoint: join(absolute, runFiles.checkpoint),
    previousCheckpoint: join(absolute, runFiles.previousCheckpoint),
    damagedCheckpoint: join(absolute, runFiles.damagedCheckpoint),
    trainerLog: join(absolute, runFiles.trainerLog),
    stop: join(absolute, runFiles.stop),
    engine: join(absolute, runFiles.engine),
  };
}

/** The file of an epoch's logits as the log names it: relative to the run folder, with `/` on every system. */
export function logitsName({ split, epoch }: { split: SplitName; epoch: number }): string {
  return `${logitsFolder}/${logitsFile({ split, epoch })}`;
}

/** Its name in the folder of the logits. */
export const logitsFile = ({ split, epoch }: { split: SplitName; epoch: number }): string =>
  `${split}-${epoch}.safetensors`;
