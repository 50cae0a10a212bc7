import type { Role } from '../../../src/core/spec/spec.js';
import type { RunKey } from '../../../src/panel/protocol.js';
import type { RunData } from '../../store.js';
import { isHighContrast, type Theme } from '../../theme.js';
import { mixed } from './color.js';

/** A run as the curves show it. */
export interface ShownRun {
  readonly data: RunData;
  /** `student · T 20 · α 0.9 · seed 0`. */
  readonly label: string;
  /** As short as tells it from the others of its role: beside its curve. */
  readonly shortLabel: string;
  readonly color: string;
  /** Pattern of lines through epochs, in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
  /** Drawn as a level line where that is meant: a teacher that came along with its student. */
  readonly isLevel: boolean;
}

/** A second sign beside the colour: students that are close in the ramp differ in their pattern. */
const studentDashes: readonly (readonly number[])[] = [[], [2, 3], [10, 4], [8, 3, 2, 3], [4, 4], [12, 3, 2, 3, 2, 3]];
const baselineDash = [6, 4];
/** More students than this are not told apart by patterns, which take longer to draw than all else. */
const mostPatterns = 12;

/** Gives every run its name, colour and pattern. @param selected the run that the panel speaks of */
export function shownRuns(
  runs: readonly RunData[],
  { selected, theme }: { selected: RunKey | null; theme: Theme },
): ShownRun[] {
  const labels = distinct(runs.map((run) => ({ run, text: labelOf(run) })));
  return runs.map((data, place) => {
    const { role } = data.run.record.spec;
    const peers = runs.filter((other) => other.run.record.spec.role === role);
    const index = peers.indexOf(data);
    return {
      data,
      label: labels[place] ?? data.run.record.id,
      shortLabel: shortLabelOf(data, peers),
      color: colorOf(role, { index, count: peers.length, theme }),
      dash:
        role === 'baseline'
          ? baselineDash
          : role === 'student' && peers.length <= mostPatterns
            ? (studentDashes[index % studentDashes.length] ?? [])
            : [],
      isLevel: role === 'teacher' && data.run.reason === 'related' && data.run.key !== selected,
    };
  });
}

/**
 * The party's colour for the first; the others of the party step away from it in turn, toward the foreground and toward
 * the background. In high contrast nothing comes nearer to the background.
 */
export function colorOf(role: Role, { index, count, theme }: { index: number; count: number; theme: Theme }): string {
  const color = theme.party[role];
  if (index === 0) return color;
  if (isHighContrast(theme)) return mixed(color, theme.foreground, (0.65 * index) / (count - 1));
  const share = (0.5 * Math.ceil(index / 2)) / Math.ceil((count - 1) / 2);
  return mixed(color, index % 2 === 1 ? theme.foreground : theme.background, share);
}

interface NamePart {
  readonly name: string;
  readonly text: string;
}

function partsOf({ run }: RunData): NamePart[] {
  const { name, distill, seed } = run.record.spec;
  const taught =
    distill === null
      ? []
      : [
          { name: 'loss', text: distill.loss === 'hinton' ? '' : distill.loss },
          { name: 'temperature', text: `T ${distill.temperature}` },
          { name: 'alpha', text: `α ${distill.alpha}` },
        ];
  return [{ name: 'name', text: name }, ...taught, { name: 'seed', text: `seed ${seed}` }].filter(
    ({ text }) => text !== '',
  );
}

function labelOf(run: RunData): string {
  return partsOf(run)
    .map(({ text }) => text)
    .join(' · ');
}

/** What tells a run from its peers; the name of its role where it has none. */
function shortLabelOf(run: RunData, peers: readonly RunData[]): string {
  if (peers.length < 2) return run.run.record.spec.role;
  const others = peers.filter((peer) => peer !== run).map((peer) => partsOf(peer).map(({ text }) => text));
  const telling = partsOf(run).filter(({ text }) => !others.every((texts) => texts.includes(text)));
  const text = telling.map((part) => part.text).join(' ');
  const isShared = peers.some(
    (peer) => peer !== run && telling.every((part) => partsOf(peer).some((its) => its.text === part.text)),
  );
  return isShared ? `${text} ${tailOf(run)}`.trim() : text;
}

function distinct(labels: readonly { run: RunData; text: string }[]): string[] {
  return labels.map(({ run, text }) =>
    labels.some((other) => other.run !== run && other.text === text) ? `${text} · ${tailOf(run)}` : text,
  );
}

/** The end of the id: what differs where all settings that a name speaks of are the same. */
function tailOf({ run }: RunData): string {
  return run.record.id.slice(-6);
}
