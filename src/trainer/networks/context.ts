import type { Problem } from '../../core/problem.js';
import type { AnswerStore } from '../answers/answerStore.js';
import type { Engine } from '../engines/engine.js';
import type { PictureShape } from '../models/model.js';
import type { Pictures } from './pictures.js';

/** What frozen networks of a run have in common. */
export interface NetworkContext {
  readonly engine: Engine;
  /** Of what runs on the CPU whatever the engine is. */
  readonly threads: number;
  readonly picture: PictureShape;
  readonly store: AnswerStore;
  readonly pictures: Pictures;
  /** Takes what a person should know. */
  readonly note: (text: string) => void;
  /** Takes what a person must see although the run goes on. */
  readonly warn: (warning: Problem) => void;
}
