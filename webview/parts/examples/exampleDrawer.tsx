import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../../src/core/problem.js';
import type { EvaluationSplit, RunKey } from '../../../src/panel/protocol.js';
import { counted } from '../../../src/core/words.js';
import { ProblemLine } from '../../problemLine.js';
import { Button } from '../../toolkit.js';
import { ExampleGrid } from './exampleGrid.js';
import { ExamplePicture } from './examplePicture.js';
import type { PictureCache } from './pictureCache.js';

interface ExampleDrawerProps {
  /** What was opened: with another the keyboard goes to its examples. */
  readonly of: unknown;
  readonly title: string;
  readonly tools?: ComponentChildren;
  /** Into the split, in the order in which they are shown. */
  readonly examples: Int32Array;
  /** Whose pictures they are: any run that was evaluated on them. */
  readonly run: RunKey;
  readonly split: EvaluationSplit;
  readonly pictures: PictureCache;
  /** What stands beside the picture, a line each. */
  readonly words: (example: number) => ComponentChildren;
  readonly onChoose: (example: number) => void;
  readonly onClose: () => void;
}

/** Examples that a person asked to see, at the foot of the view. Escape closes it; what opened it has the focus again then. */
export function ExampleDrawer(props: ExampleDrawerProps): JSX.Element {
  const { of, title, tools, examples, run, split, pictures, words, onChoose, onClose } = props;
  const [problem, setProblem] = useState<Problem | null>(null);
  const [place, setPlace] = useState(0);
  const drawer = useRef<HTMLElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const source = useMemo(() => ({ pictures, run, split, onProblem: setProblem }), [pictures, run, split]);
  const list = (): HTMLElement | null => drawer.current?.querySelector<HTMLElement>('[role=listbox]') ?? null;
  useLayoutEffect(() => {
    setPlace(0);
    list()?.scrollTo({ top: 0 });
  }, [examples]);
  useEffect(() => {
    const { activeElement } = document;
    const isOutside = drawer.current?.contains(activeElement) === false;
    if (isOutside && activeElement instanceof HTMLElement) opener.current = activeElement;
    setProblem(null);
    list()?.focus({ preventScroll: true });
  }, [of]);
  const close = (): void => {
    onClose();
    opener.current?.focus();
  };
  return (
    <section
      ref={drawer}
      class="drawer"
      role="dialog"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <header class="drawer-head">
        <h3>
          {title} <span class="muted">– {counted(examples.length, 'example')}</span>
        </h3>
        {tools}
        <Button appearance="icon" title="Close (Escape)" label="Close" class="drawer-close" onClick={close}>
          ✕
        </Button>
      </header>
      {problem && <ProblemLine problem={problem} />}
      {examples.length === 0 ? (
        <p class="muted">There are none.</p>
      ) : (
        <ExampleGrid
          look="cards"
          label="Examples. Arrows walk them; Enter shows one in Soft labels."
          title={(example) => `Show example ${example} in Soft labels`}
          {...{ examples, place, onChoose }}
          onPlace={setPlace}
        >
          {(example) => (
            <>
              <ExamplePicture source={source} index={example} />
              <div class="example-words">{words(example)}</div>
            </>
          )}
        </ExampleGrid>
      )}
    </section>
  );
}
