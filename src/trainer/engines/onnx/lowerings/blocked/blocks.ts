import type { InferenceSession } from 'onnxruntime-node';
import type { Program } from '../../../engine.js';
import type { OpenSession } from '../../runtime/runtimeSession.js';
import { Recording } from '../../trace/recording.js';
import { blockedDialect } from './blockedDialect.js';
import { blocksAgree } from './blocksProof.js';
import { channelBlock } from './channelBlock.js';
import { nchwc } from './nchwc.js';

/**
 * The door of this room, which holds all that rests on ONNX Runtime's private `com.microsoft.nchwc`: records programs
 * with operations on blocks of channels. Without it the engine computes the same, with plain operations.
 */
export class Blocks {
  #block: Promise<number | null> | null = null;
  #agree: Promise<boolean> | null = null;

  /** @param own how sessions are opened; `onDisagree` hears once that blocks are left out, and why */
  constructor(
    private readonly own: {
      readonly open: OpenSession;
      readonly options: InferenceSession.SessionOptions;
      readonly onDisagree: (why: string) => void;
    },
  ) {}

  /**
   * @returns null where the processor has no blocks, or computes them wrongly; it is asked once, and proven once
   * @throws ProblemError `untraceable`
   */
  async record(program: Program, shapes: Readonly<Record<string, readonly number[]>>): Promise<Recording | null> {
    this.#block ??= channelBlock(this.own.options);
    const block = await this.#block;
    if (block === null) return null;
    const recording = await Recording.of(program, { shapes, dialect: blockedDialect(block) });
    const uses = recording.graph.nodes.some(({ domain }) => domain === nchwc);
    return !uses || (await this.#prove(block)) ? recording : null;
  }

  #prove(block: number): Promise<boolean> {
    this.#agree ??= blocksAgree(block, this.own).then((agree) => {
      if (agree) return true;
      // What is recorded from now on has none.
      this.#block = Promise.resolve(null);
      this.own.onDisagree(blocksDisagree);
      return false;
    });
    return this.#agree;
  }
}

const blocksDisagree =
  'on this processor ONNX Runtime’s convolutions of blocked channels give other numbers than its plain ones. The plain ' +
  'ones are used, which are slower. Please report it with what `distillery doctor` prints.';
