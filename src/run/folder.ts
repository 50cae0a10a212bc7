import { basename, join, resolve } from 'node:path';

export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

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
    record: join(absolute, 'run.json'),
    log: join(absolute, 'log.jsonl'),
    checkpoint: join(absolute, 'checkpoint.safetensors'),
    trainerLog: join(absolute, 'trainer.log'),
    stop: join(absolute, 'stop'),
    engine: join(absolute, 'engine'),
  };
}

/** The file of an epoch's logits as the log names it: relative to the run folder, with `/` on every system. */
export function logitsName({ split, epoch }: { split: SplitName; epoch: number }): string {
  return `logits/${split}-${epoch}.safetensors`;
}
