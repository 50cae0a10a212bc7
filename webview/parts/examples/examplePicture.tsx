import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../../src/core/problem.js';
import type { EvaluationSplit, RunKey } from '../../../src/panel/protocol.js';
import { drawPicture, type Picture } from './picture.js';
import type { PictureCache } from './pictureCache.js';

/** Where the pictures of examples are from; the same object while they stay the same. */
export interface PictureSource {
  readonly pictures: PictureCache;
  /** Any run that was evaluated on them. */
  readonly run: RunKey;
  readonly split: EvaluationSplit;
  /** Is told why there are none. */
  readonly onProblem: (problem: Problem) => void;
}

interface ExamplePictureProps {
  readonly source: PictureSource;
  /** Into the split. */
  readonly index: number;
  /** Stands in the picture's place until it has come, and where there is none. Left out: an empty frame does. */
  readonly otherwise?: string;
}

/** Milliseconds that an example must stay before its picture is fetched: those that fly past are not. */
const settleTime = 60;

/** The picture of one example, in its own pixels; the style sheet enlarges it without smoothing. */
export function ExamplePicture({ source, index, otherwise }: ExamplePictureProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [settled, setSettled] = useState<{ readonly index: number; readonly isThere: boolean } | null>(null);
  useLayoutEffect(() => {
    const place = { ...source, index };
    let isWanted = true;
    const draw = (picture: Picture): void => {
      if (!isWanted || canvas.current === null) return;
      drawPicture(canvas.current, picture);
      setSettled({ index, isThere: true });
    };
    const fail = (error: unknown): void => {
      if (!isWanted) return;
      setSettled({ index, isThere: false });
      source.onProblem(problemOf(error));
    };
    const known = source.pictures.peek(place);
    if (known !== null) {
      draw(known);
      return;
    }
    const timer = setTimeout(() => void source.pictures.get(place).then(draw, fail), settleTime);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [source, index]);
  const isThere = settled?.index === index && settled.isThere;
  const isMissing = settled?.index === index && !settled.isThere;
  return (
    <>
      <canvas
        ref={canvas}
        class={isMissing ? 'example-picture missing' : 'example-picture'}
        data-index={isThere ? index : undefined}
        hidden={otherwise !== undefined && !isThere}
        aria-hidden="true"
      />
      {otherwise !== undefined && !isThere && (
        <span class="no-picture" aria-hidden="true">
          {otherwise}
        </span>
      )}
    </>
  );
}
