import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Draw } from './fuzz/draw.js';
import { mutated } from './fuzz/mutate.js';
import { readers, type Reader } from './fuzz/readers.js';
import type { Report } from './fuzz/report.js';
import { benchTable, type BenchRow } from './table.js';

/**
 * Hands hostile inputs to every reader, each made of valid files by changes that know their structure, and looks whether
 * all are read or refused, in time and memory:
 *   npm run fuzz [-- --seed 1] [-- --minutes 60] [-- --inputs 100000] [-- --only log] [-- --input 7] [-- --table FILE]
 *   npm run fuzz -- --short
 * Exit code 1 where something did not hold; those inputs are kept in out/fuzz.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    inputs: { type: 'string' },
    only: { type: 'string' },
    input: { type: 'string' },
    table: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
});
/** Seconds of the clock without a sign of the child: far more than any input may take of the processor. */
const patience = 120;
const kept = join('out', 'fuzz');
const seed = Number(values.seed);
const inputs = Number(values.inputs ?? (values.short ? 1000 : 100_000));
const chosen = readers.filter(({ name }) => values.only === undefined || name.includes(values.only));
if (chosen.length === 0) throw new Error(`No reader has "${values.only ?? ''}" in its name.`);
// Processes begin and end in that time too.
const seconds = (60 * Number(values.minutes ?? (values.short ? 0.75 : 120))) / chosen.length;

const root = mkdtempSync(join(tmpdir(), 'distillery-fuzz-'));
const rows: BenchRow[] = [];
let failing = 0;
try {
  for (const reader of chosen) rows.push(await attempt(reader));
} finally {
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}
const table = benchTable(rows);
console.log(`\n${table}\n`);
if (values.table !== undefined) writeFileSync(values.table, `${table}\n`);
console.log(`  ${(rows.length - failing).toString()} passing`);
if (failing > 0) {
  console.log(`  ${failing.toString()} failing`);
  process.exitCode = 1;
}

/** All inputs of a reader; after one that ended the process the next begins with the input behind it. */
async function attempt(reader: Reader): Promise<BenchRow> {
  const one = values.input === undefined ? null : Number(values.input);
  const end = one === null ? inputs : one + 1;
  const until = performance.now() + 1000 * seconds;
  let row: BenchRow = { kind: reader.name, tried: 0, held: 0, worstSeconds: 0, worstBytes: 0 };
  let faults = 0;
  for (let from = one ?? 0; from < end && (faults === 0 || one === null);) {
    const left = (until - performance.now()) / 1000;
    if (left <= 0) break;
    const { report, last, why } = await child(reader, { from, end, left });
    const found = [...report.faults, ...(why === null ? [] : [{ input: last, why }])];
    for (const fault of found) tell(reader, fault);
    faults += found.length;
    row = {
      ...row,
      tried: row.tried + report.tried + (why === null ? 0 : 1),
      held: row.held + report.held,
      worstSeconds: Math.max(row.worstSeconds, report.worstSeconds),
      worstBytes: Math.max(row.worstBytes, report.worstBytes),
    };
    if (why === null || faults > 5) break;
    from = last + 1;
  }
  if (faults > 0) failing++;
  console.log(`${faults === 0 ? '✔' : '✖'} ${reader.name}: ${row.held.toString()} of ${row.tried.toString()} held`);
  return row;
}

/** @returns the last report, and the input that ended the process, with how; null where it went to its end */
async function child(
  reader: Reader,
  { from, end, left }: { from: number; end: number; left: number },
): Promise<{ report: Report; last: number; why: string | null }> {
  const progress = join(root, 'progress');
  const settings = {
    reader: reader.name,
    seed,
    from,
    inputs: end,
    seconds: left,
    folder: join(root, 'files'),
    progress,
  };
  const process_ = spawn(
    process.execPath,
    [
      ...['--enable-source-maps', '--max-old-space-size=512', join(import.meta.dirname, 'fuzz', 'child.js')],
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value.toString()]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let report: Report = { tried: 0, held: 0, worstSeconds: 0, worstBytes: 0, faults: [], ended: false };
  let said = '';
  const silence = { met: false };
  const hang = setTimeout(() => {
    silence.met = true;
    process_.kill('SIGKILL');
  }, 1000 * patience);
  process_.stderr.setEncoding('utf8').on('data', (piece: string) => (said = (said + piece).slice(-4000)));
  createInterface({ input: process_.stdout }).on('line', (line) => {
    report = JSON.parse(line) as Report;
    hang.refresh();
  });
  const [code, signal] = (await once(process_, 'close')) as [number | null, string | null];
  clearTimeout(hang);
  if (report.ended && code === 0) return { report, last: end, why: null };
  const how = silence.met
    ? `nothing came of it in ${patience.toString()} s`
    : `the process ended (${String(signal ?? code)})`;
  return { report, last: Number(readFileSync(progress, 'utf8')), why: `${how}\n${said}` };
}

function tell(reader: Reader, { input, why }: { input: number; why: string }): void {
  mkdirSync(kept, { recursive: true });
  const file = join(kept, `${reader.name.replaceAll(' ', '-')}-${seed.toString()}-${input.toString()}`);
  writeFileSync(file, mutated(reader.samples, reader.form, new Draw(seed, reader.name, input)));
  console.log(`\n✖ ${reader.name}, input ${input.toString()}: ${why}`);
  console.log(`  kept: ${file}`);
  console.log(`  again: npm run fuzz -- --seed ${seed.toString()} --only '${reader.name}' --input ${input.toString()}`);
}
