import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../../src/core/problem.js';
import { counted } from '../../../src/core/words.js';
import { ProblemLine } from '../../problemLine.js';
import { Button } from '../../toolkit.js';
import { ExampleGrid, type ExampleGridProps } from './exampleGrid.js';

interface GalleryDrawerProps extends Omit<ExampleGridProps, 'onProblem'> {
  /** What was opened: with another the keyboard goes to its examples. */
  readonly of: unknown;
  readonly title: string;
  readonly tools?: ComponentChildren;
  readonly onClose: () => void;
}

/** Examples that a person asked to see, at the foot of the view. Escape closes it. */
export function GalleryDrawer({ of, title, tools, onClose, ...grid }: GalleryDrawerProps): JSX.Element {
  const [problem, setProblem] = useState<Problem | null>(null);
  const drawer = useRef<HTMLElement>(null);
  const onProblem = useCallback((found: Problem) => setProblem(found), []);
  useEffect(() => {
    setProblem(null);
    drawer.current?.querySelector<HTMLElement>('[role=listbox]')?.focus({ preventScroll: true });
  }, [of]);
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
        onClose();
      }}
    >
      <header class="drawer-head">
        <h3>
          {title} <span class="muted">– {counted(grid.examples.length, 'example')}</span>
        </h3>
        {tools}
        <Button appearance="icon" title="Close (Escape)" label="Close" class="drawer-close" onClick={onClose}>
          ✕
        </Button>
      </header>
      {problem && <ProblemLine problem={problem} />}
      {grid.examples.length === 0 ? (
        <p class="muted">There are none.</p>
      ) : (
        <ExampleGrid {...grid} onProblem={onProblem} />
      )}
    </section>
  );
}
