import { accuracyWords } from '../core/evaluation/accuracyWords.js';
import { assertNever, formatProblem } from '../core/problem.js';
import type { Entry } from '../run/log/entry.js';
import type { RunState } from '../run/state.js';
import { continuedWords } from '../core/continuedWords.js';
import { anewWords } from '../launch/anewWords.js';
import { cancelledProblem } from '../launch/queue.js';
import type { PlacedRun, QueueEvent } from '../launch/queueEvent.js';
import { LiveLines } from './liveLines.js';
import type { Output } from './output.js';
import { progressLine } from './progressLine.js';
import { summaryOf } from './runSummary.js';
import { WarningLines } from './warningLines.js';
import { count, duration, harmless, loss } from '../core/words.js';

/** Shows runs while they are trained. */
export interface RunView {
  show(event: QueueEvent): void;
  /** A word to the person in between. */
  note(text: string): void;
  /** Takes away what is only for the moment. May be called more than once. */
  close(): void;
}

/** JSON lines for programs, changing lines for a terminal, a line an epoch for anything else. */
export function createRunView({ json }: { json: boolean }, output: Output): RunView {
  if (json) return new JsonView(output);
  return output.terminal === null ? new PlainView(output) : new LiveView(output.terminal);
}

/** One event a line, each an object with `event` and `run`, the key of the run in its plan. */
class JsonView implements RunView {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  show(event: QueueEvent): void {
    this.#output.result(JSON.stringify(jsonOf(event)));
  }

  note(text: string): void {
    this.#output.note(text);
  }

  close(): void {
    // Every line is final.
  }
}

function jsonOf(event: QueueEvent): Readonly<Record<string, unknown>> {
  const { kind, run } = event;
  const head = { event: kind, run: run.key };
  switch (kind) {
    case 'queued':
      return { ...head, specHash: run.specHash, teachers: run.teachers, baseline: run.baseline };
    case 'entry':
      return { ...head, id: event.folder.id, entry: event.entry };
    case 'skipped':
      return { ...head, problem: event.reason };
    case 'started':
      return { ...head, ...summaryOf(event), problem: event.state.problem, note: anewNote(event) };
    case 'resumed':
    case 'joined':
    case 'reused':
    case 'ended':
      return { ...head, ...summaryOf(event), problem: event.state.problem };
    default:
      return assertNever(event);
  }
}

class PlainView implements RunView {
  readonly #output: Output;
  readonly #warnings = new WarningLines();
  readonly #doing = new Map<string, string>();

  constructor(output: Output) {
    this.#output = output;
  }

  show(event: QueueEvent): void {
    const line = lastingLine(event) ?? (event.kind === 'entry' ? this.#entryLine(event.run.key, event) : null);
    if (line !== null) this.note(line);
    for (const warning of this.#warnings.linesOf(event)) this.note(warning);
  }

  note(text: string): void {
    this.#output.note(text);
  }

  close(): void {
    // Every line is final.
  }

  /** Long work that is not training is told once, when it begins. */
  #entryLine(key: string, { entry, state }: { entry: Entry; state: RunState }): string | null {
    if (entry.type === 'epoch') return epochLine(key, { entry, state });
    const what = entry.type === 'progress' ? entry.what : null;
    if (what === null || what.startsWith('evaluating') || this.#doing.get(key) === what) return null;
    this.#doing.set(key, what);
    return `${harmless(key)}: ${harmless(what)} …`;
  }
}

class LiveView implements RunView {
  readonly #lines: LiveLines;
  readonly #warnings = new WarningLines();
  readonly #working = new Map<string, RunState>();

  constructor(terminal: NonNullable<Output['terminal']>) {
    const { coloured } = terminal;
    this.#lines = new LiveLines(terminal, (width) =>
      [...this.#working].map(([name, state]) => progressLine({ name, state }, { width, coloured })),
    );
  }

  show(event: QueueEvent): void {
    const { kind, run } = event;
    switch (kind) {
      case 'started':
      case 'resumed':
      case 'joined':
      case 'entry':
        this.#working.set(run.key, event.state);
        break;
      case 'ended':
      case 'reused':
      case 'skipped':
        this.#working.delete(run.key);
        break;
      case 'queued':
        return;
      default:
        assertNever(event);
    }
    const line = kind === 'started' ? anewLine(event) : lastingLine(event);
    if (line === null) this.#lines.changed();
    else this.#lines.print(line);
    for (const warning of this.#warnings.linesOf(event)) this.#lines.print(warning);
  }

  note(text: string): void {
    this.#lines.print(text);
  }

  close(): void {
    this.#lines.clear();
  }
}

/** What stays on the screen of an event; null when nothing does. */
function lastingLine(event: QueueEvent): string | null {
  const name = harmless(event.run.key);
  switch (event.kind) {
    case 'queued':
    case 'entry':
      return null;
    case 'started':
      return [`${name}: started${asWords(event)}`, anewLine(event)].filter((line) => line !== null).join('\n');
    case 'resumed':
      return `${name}: goes on from ${placeWords(event)}${asWords(event)}`;
    case 'joined':
      return `${name}: being trained already${asWords(event)}; waiting for it`;
    case 'reused':
      return `${name}: finished before, ${resultWords(event.state)}`;
    case 'skipped':
      // That everything was stopped is said once, by who stopped it.
      return event.reason.code === cancelledProblem.code ? null : `${name}: skipped. ${formatProblem(event.reason)}`;
    case 'ended':
      return endLine(name, event.state);
    default:
      return assertNever(event);
  }
}

/** The step of its checkpoint, or the run whose checkpoint that is. */
function placeWords({ record: { continuedFrom }, state: { checkpointStep } }: PlacedRun): string {
  if (continuedFrom?.step === checkpointStep) return harmless(continuedWords(continuedFrom));
  return `step ${count(checkpointStep ?? 0)}`;
}

type StartedEvent = Extract<QueueEvent, { kind: 'started' }>;

/** Why it does not go on from a shorter training that there is; null where there is none. */
function anewNote({ instead, record }: StartedEvent): string | null {
  return instead === null ? null : anewWords(instead, { spec: record.spec, file: record.experiment.file });
}

function anewLine(event: StartedEvent): string | null {
  const note = anewNote(event);
  return note === null ? null : harmless(`${event.run.key}: ${note}`);
}

/** `, as <run id>`, where that is not its name anyway. */
function asWords({ run, folder }: PlacedRun): string {
  return run.key === folder.id ? '' : `, as ${folder.id}`;
}

function endLine(name: string, state: RunState): string {
  switch (state.state) {
    case 'finished':
      return `${name}: finished, ${resultWords(state)}`;
    case 'failed':
      return `${name}: failed. ${problemWords(state)}`;
    case 'stopped':
      return `${name}: stopped at step ${stepWords(state)}`;
    case 'interrupted':
    case 'running':
    case 'waiting':
      return `${name}: interrupted at step ${stepWords(state)}. ${problemWords(state)}`;
  }
}

function problemWords({ problem }: RunState): string {
  return problem === null ? 'Its log gives no reason.' : formatProblem(problem);
}

/** `1,200 of 3,600`. */
export function stepWords({ step, steps }: RunState): string {
  return steps === null ? count(step) : `${count(step)} of ${count(steps)}`;
}

function resultWords({ test, seconds }: RunState): string {
  const result = test === null ? '' : `${count(test.errors)} errors of ${count(test.n)} (${accuracyWords(test)}), `;
  return `${result}${duration(seconds)}`;
}

function epochLine(key: string, { entry, state }: { entry: Entry & { type: 'epoch' }; state: RunState }): string {
  const { epoch, train, test } = entry;
  const pace = state.latest === null ? [] : [`${count(state.latest.examplesPerSecond)} examples/s`];
  return [
    `${harmless(key)}: epoch ${epoch}/${state.epochs}`,
    ...(train === undefined ? [] : [`loss ${loss(train.loss)}`]),
    `${count(test.errors)} errors of ${count(test.n)} (${accuracyWords(test)})`,
    ...pace,
    duration(entry.seconds),
  ].join(', ');
}
