import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../../src/core/problem.js';
import type { EvaluationSplit, RunKey } from '../../../src/panel/protocol.js';
import type { PictureCache } from './pictureCache.js';

interface ExamplePictureProps {
  readonly pictures: PictureCache;
  readonly run: RunKey;
  readonly split: EvaluationSplit;
  readonly index: number;
  /** Is told why there is none. */
  readonly onProblem: (problem: Problem) => void;
}

/** The picture of one example, in its own pixels; the style sheet enlarges it without smoothing. */
export function ExamplePicture({ pictures, run, split, index, onProblem }: ExamplePictureProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    let wanted = true;
    pictures.get({ run, split, index }).then(
      ({ width, height, rgba }) => {
        const { current } = canvas;
        if (!wanted || current === null) return;
        current.width = width;
        current.height = height;
        current.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
        current.dataset['index'] = String(index);
        setMissing(false);
      },
      (error: unknown) => {
        if (!wanted) return;
        setMissing(true);
        onProblem(problemOf(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [pictures, run, split, index, onProblem]);
  return <canvas ref={canvas} class={missing ? 'example-picture missing' : 'example-picture'} aria-hidden="true" />;
}
