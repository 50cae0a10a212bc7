import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { EvaluationSplit } from '../../../src/panel/protocol.js';
import type { PictureCache } from '../../parts/examples/pictureCache.js';
import { Answers } from './answers.js';
import type { Compared } from '../compared.js';
import { examplesOf, putters, type Gallery, type Putter } from './gallery.js';
import { ExampleDrawer } from '../../parts/examples/exampleDrawer.js';
import type { Sureness } from '../useSureness.js';
import { cellWords } from '../words.js';
import { partWords } from '../../parts/partition.js';
import { Segments } from '../../parts/segments.js';

interface DrawerProps {
  readonly gallery: Gallery;
  readonly compared: Compared;
  readonly sure: Sureness;
  readonly split: EvaluationSplit;
  readonly pictures: PictureCache;
  readonly onChoose: (example: number) => void;
  readonly onClose: () => void;
}

/** The examples of a cell or of a part, below the matrices. */
export function Drawer({ gallery, compared, sure, split, pictures, onChoose, onClose }: DrawerProps): JSX.Element {
  const [putter, setPutter] = useState<Putter>('either');
  const examples = useMemo(
    () => examplesOf(gallery, { shown: compared.shown, putter }),
    [gallery, compared.shown, putter],
  );
  const filtered = gallery.kind === 'cell' && gallery.side === 'difference' && compared.shown.second !== null;
  return (
    <ExampleDrawer
      of={gallery}
      title={galleryWords(gallery, compared)}
      tools={filtered && <PutterChoice compared={compared} gallery={gallery} putter={putter} onChange={setPutter} />}
      run={compared.subjects.first.runs[0].run.key}
      words={(example) => <Answers compared={compared} sure={sure} example={example} />}
      {...{ split, examples, pictures, onChoose, onClose }}
    />
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
    <Segments
      name="Put here by"
      heading="predicted by"
      options={putters}
      value={putter}
      text={(each) => `${texts[each]} ${examplesOf(gallery, { shown: compared.shown, putter: each }).length}`}
      title={(each) => `Show the examples in this cell by ${texts[each]}`}
      onChoose={onChange}
    />
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
      return `No prediction by ${(gallery.side === 'first' ? first : (second ?? first)).name}`;
  }
}
