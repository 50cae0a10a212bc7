import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LiveLines } from '../../src/cli/liveLines.js';
import { progressLine } from '../../src/cli/progressLine.js';
import { displayWidth } from '../../src/cli/displayWidth.js';
import { advance, initialState, type RunState } from '../../src/run/state.js';
import { epochEntry, sampleRecord, startedEntry, stepsEntry } from '../run/sample.js';

/** A terminal as far as LiveLines uses one: it wraps, goes up, returns and erases to its end. */
class Screen {
  readonly rows = 1_000;
  readonly coloured = false;
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(readonly columns: number) {}

  write(text: string): void {
    for (const [sign] of text.matchAll(/\x1b\[\d*[AJ]|[^]/g)) {
      const up = /^\x1b\[(\d+)A$/.exec(sign);
      if (up !== null) this.#row -= Number(up[1]);
      else if (sign === '\x1b[J') this.#lines.splice(this.#row, Infinity, this.#line().slice(0, this.#column));
      else if (sign === '\r') this.#column = 0;
      else if (sign === '\n') this.#newLine();
      else this.#put(sign);
    }
  }

  text(): string[] {
    return this.#lines.map((line) => line.trimEnd());
  }

  #line(): string {
    return this.#lines[this.#row] ?? '';
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    this.#lines[this.#row] ??= '';
  }

  #put(sign: string): void {
    if (this.#column === this.columns) this.#newLine();
    const line = this.#line().padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + sign + line.slice(this.#column + 1);
    this.#column++;
  }
}

describe('LiveLines', () => {
  it('leaves on the screen what was printed and the lines of the moment, whatever happens in which order', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ' c'), minLength: 1, maxLength: 12 });
    const action = fc.oneof(
      fc.record({ kind: fc.constant('lines' as const), lines: fc.array(word, { maxLength: 4 }) }),
      fc.record({ kind: fc.constant('print' as const), text: word }),
      fc.record({ kind: fc.constant('clear' as const) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const screen = new Screen(40);
        let lines: readonly string[] = [];
        const live = new LiveLines(screen, () => lines);
        const printed: string[] = [];
        for (const each of actions) {
          if (each.kind === 'clear') live.clear();
          if (each.kind === 'lines') lines = each.lines;
          if (each.kind === 'print') {
            live.print(each.text);
            printed.push(each.text.trimEnd());
            assert.deepEqual(screen.text(), [
              ...printed,
              ...(lines.length === 0 ? [''] : lines.map((line) => line.trimEnd())),
            ]);
          }
        }
        live.clear();
        assert.deepEqual(screen.text(), [...printed, '']);
      }),
    );
  });

  it('clears lines that wrapped when the window became narrower', () => {
    let written = '';
    const terminal = { rows: 100, columns: 10, coloured: false, write: (text: string) => void (written += text) };
    const live = new LiveLines(terminal, () => ['123456789', 'abcdefghi']);
    live.print('first');
    // What a terminal of five columns makes of what a wider one showed.
    const narrow = new Screen(5);
    narrow.write(written);
    assert.deepEqual(narrow.text(), ['first', '12345', '6789', 'abcde', 'fghi']);
    terminal.columns = 5;
    written = '';
    live.clear();
    narrow.write(written);
    assert.deepEqual(narrow.text(), ['first', '']);
  });

  it('draws at once and then not again within a tenth of a second', () => {
    let drawn = 0;
    const terminal = { rows: 10, columns: 80, coloured: false, write: () => (drawn += 1) };
    const live = new LiveLines(terminal, () => ['line']);
    const began = performance.now();
    for (let time = 0; time < 1_000; time++) live.changed();
    const tenths = Math.floor((performance.now() - began) / 100);
    assert.ok(drawn >= 1 && drawn <= 1 + tenths, `drawn ${drawn} times in ${tenths} tenths of a second`);
    live.clear();
  });
});

describe('progressLine', () => {
  const record = sampleRecord();
  const states: RunState[] = [initialState(record)];
  const entries = [
    startedEntry(),
    { type: 'progress', time: 1_500, what: 'teacher logits, train', done: 30, total: 60 } as const,
    stepsEntry(1, 10),
    stepsEntry(11, 40),
    epochEntry(1),
    stepsEntry(101, 50),
  ];
  for (const entry of entries) states.push(advance(states.at(-1) ?? initialState(record), entry));
  const line = (at: number, width: number): string =>
    progressLine({ name: 'student s0', state: states[at] ?? initialState(record) }, { width, coloured: false });

  it('shows what goes on from the start to the end', () => {
    assert.equal(line(0, 80), `student s0  starting`);
    assert.equal(line(2, 80), `student s0  teacher logits, train  ${'━'.repeat(15)}${'─'.repeat(15)}`);
    assert.equal(
      line(6, 100),
      `student s0  epoch 2/3  ${'━'.repeat(15)}${'─'.repeat(15)}  0:15 left  loss 0.006667  100 examples/s`,
    );
  });

  it('leaves out the less important on a narrow terminal, and is never wider than it', () => {
    assert.equal(line(6, 60), `student s0  epoch 2/3  ${'━'.repeat(6)}${'─'.repeat(5)}  0:15 left  loss 0.006667`);
    assert.equal(line(6, 15), 'student s0  ep…');
    for (let at = 0; at < states.length; at++) {
      for (let width = 1; width < 120; width++) assert.ok(displayWidth(line(at, width)) <= width, `${at} at ${width}`);
    }
  });

  it('colours the bar only where that is welcome', () => {
    const [state = initialState(record)] = states.slice(-1);
    assert.match(progressLine({ name: 'x', state }, { width: 80, coloured: true }), /\x1b\[36m━+\x1b\[39m/);
    assert.doesNotMatch(line(6, 80), /\x1b/);
  });
});
