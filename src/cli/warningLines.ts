import { formatProblem, type Problem } from '../core/problem.js';
import { weightsWords } from '../core/weightsWords.js';
import { harmless } from '../core/words.js';
import type { QueueEvent } from '../launch/queueEvent.js';

/**
 * What runs warn of and note while they are followed, and what came of files of weights. Runs on the same data or with the same teacher say the same: it is
 * told once, of the first of them.
 */
export class WarningLines {
  readonly #told = new Set<string>();

  /** `student s0: warning: …` or `student s0: …`, for each that an event brings and that was not told before. */
  linesOf(event: QueueEvent): string[] {
    const lines = [...notesOf(event), ...warningsOf(event).map((warning) => `warning: ${formatProblem(warning)}`)];
    const fresh = lines.filter((line) => !this.#told.has(line));
    for (const line of fresh) this.#told.add(line);
    return fresh.map((line) => `${harmless(event.run.key)}: ${line}`);
  }
}

function notesOf(event: QueueEvent): readonly string[] {
  if (event.kind !== 'entry') return [];
  const { entry } = event;
  if (entry.type === 'weights') return [weightsWords(entry)];
  return entry.type === 'note' ? [entry.text] : [];
}

/** Of a run that was resumed those of its earlier process are void: what still holds is said again. */
function warningsOf(event: QueueEvent): readonly Problem[] {
  switch (event.kind) {
    case 'entry':
      return event.entry.type === 'warning' ? [event.entry.problem] : [];
    case 'reused':
    case 'joined':
      return event.state.warnings;
    case 'queued':
    case 'started':
    case 'resumed':
    case 'ended':
    case 'skipped':
      return [];
  }
}
