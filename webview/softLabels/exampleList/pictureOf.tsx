import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { drawPicture, type Thumbnails } from './thumbnails.js';

/** Milliseconds that an example must stay before its picture is fetched: those that fly past are not. */
const settleTime = 60;

interface PictureOfProps {
  readonly thumbnails: Thumbnails;
  readonly index: number;
  /** Stands in the picture's place until it has come, and where there is none. */
  readonly otherwise: string;
}

/** The picture of an example, enlarged without smoothing. */
export function PictureOf({ thumbnails, index, otherwise }: PictureOfProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState<number | null>(null);
  useLayoutEffect(() => {
    const at = thumbnails.peek(index);
    const draw = (picture: typeof at): void => {
      if (canvas.current === null || picture === null) return;
      drawPicture(canvas.current, picture);
      setDrawn(index);
    };
    if (at !== null) {
      draw(at);
      return;
    }
    let isWanted = true;
    const timer = setTimeout(() => {
      void thumbnails.get(index).then((picture) => {
        if (isWanted) draw(picture);
      });
    }, settleTime);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [thumbnails, index]);
  const isThere = drawn === index;
  return (
    <>
      <canvas ref={canvas} class="sl-picture" hidden={!isThere} aria-hidden="true" />
      {!isThere && (
        <span class="sl-no-picture" aria-hidden="true">
          {otherwise}
        </span>
      )}
    </>
  );
}
