import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../src/core/problem.js';
import { counted } from '../../src/core/words.js';
import type { EvaluationSplit } from '../../src/panel/protocol.js';
import type { PictureCache } from '../pictureCache.js';
import { ProblemLine } from '../problemLine.js';
import { Button } from '../toolkit.js';
import type { Compared } from './compared.js';
import { ExampleGrid } from './exampleGrid.js';
import { examplesOf, putters, type Gallery, type Putter } from './gallery.js';
import { partWords } from './partitionTable.js';
import { cellWords } from './words.js';

interface DrawerProps {
  readonly gallery: Gallery;
  readonly compared: Compared;
  readonly split: EvaluationSplit;
  readonly pictures: PictureCache;
  readonly onChoose: (example: number) => void;
  readonly onClose: () => void;
}

/** The examples of a cell or of a part, below the matrices. Escape closes it. */
export function Drawer({ gallery, compared, split, pictures, onChoose, onClose }: DrawerProps): JSX.Element {
  const [putter, setPutter] = useState<Putter>('either');
  const [problem, setProblem] = useState<Problem | null>(null);
  const drawer = useRef<HTMLElement>(null);
  const examples = useMemo(
    () => examplesOf(gallery, { shown: compared.shown, putter }),
    [gallery, compared.shown, putter],
  );
  const onProblem = useCallback((found: Problem) => setProblem(found), []);
  useEffect(() => {
    setProblem(null);
    drawer.current?.querySelector<HTMLElement>('[role=listbox]')?.focus({ preventScroll: true });
  }, [gallery]);
  const filtered = gallery.kind === 'cell' && gallery.side === 'difference' && compared.shown.second !== null;
  const words = galleryWords(gallery, compared);

  return (
    <section
      ref={drawer}
      class="drawer"
      role="dialog"
      aria-label={words}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <header class="drawer-head">
        <h3>
          {words} <span class="muted">– {counted(examples.length, 'example')}</span>
        </h3>
        {filtered && <PutterChoice compared={compared} gallery={gallery} putter={putter} onChange={setPutter} />}
        <Button appearance="icon" title="Close (Escape)" label="Close" class="drawer-close" onClick={onClose}>
          ✕
        </Button>
      </header>
      {problem && <ProblemLine problem={problem} />}
      {examples.length === 0 ? (
        <p class="muted">There are none.</p>
      ) : (
        <ExampleGrid
          compared={compared}
          split={split}
          examples={examples}
          pictures={pictures}
          onChoose={onChoose}
          onProblem={onProblem}
        />
      )}
    </section>
  );
}

/** Which of the two models put an example into the cell of a difference. */
function PutterChoice({
  compared,
  gallery,
  putter,
  onChange,
}: {
  compared: Compared;
  gallery: Gallery;
  putter: Putter;
  onChange: (putter: Putter) => void;
}): JSX.Element {
  const { first, second } = compared.subjects;
  const texts: Readonly<Record<Putter, string>> = {
    either: 'either',
    first: `only ${first.name}`,
    second: `only ${second?.name ?? ''}`,
    both: 'both',
  };
  return (
    <div class="segments" role="group" aria-label="Put here by">
      <span class="muted">put here by</span>
      {putters.map((each) => {
        const { length } = examplesOf(gallery, { shown: compared.shown, putter: each });
        return (
          <button
            key={each}
            class="segment"
            aria-pressed={putter === each}
            title={`Show the examples that ${texts[each]} put here`}
            onClick={() => onChange(each)}
          >
            {texts[each]} {length}
          </button>
        );
      })}
    </div>
  );
}

function galleryWords(gallery: Gallery, { subjects, names }: Compared): string {
  const { first, second } = subjects;
  switch (gallery.kind) {
    case 'cell':
      return gallery.side === 'difference'
        ? cellWords(gallery, names)
        : `${cellWords(gallery, names)}, by ${(gallery.side === 'first' ? first : (second ?? first)).name}`;
    case 'part': {
      const words = partWords({ first: `${first.name} right`, second: `${second?.name ?? ''} right` })[gallery.part];
      return gallery.truth === null ? `All classes: ${words}` : `${names[gallery.truth] ?? gallery.truth}: ${words}`;
    }
    case 'unanswered':
      return `Without an answer by ${(gallery.side === 'first' ? first : (second ?? first)).name}`;
  }
}
