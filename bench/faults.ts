import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kinds } from './faults/kinds.js';
import { attemptAll, type Verdict } from './faults/session.js';
import { benchTable } from './table.js';

/**
 * Commits faults against the built Distillery and real trainers, and looks whether what is promised holds:
 *   npm run faults [-- --seed 1] [-- --minutes 30] [-- --only 'log cut'] [-- --trial 7] [-- --table FILE]
 *   npm run faults -- --short [-- --parallel 1] [-- --notes]
 * With --notes what was done is told of every trial. Exit code 1 where something did not hold; the folders of those trials are kept.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '30' },
    only: { type: 'string' },
    trial: { type: 'string' },
    table: { type: 'string' },
    short: { type: 'boolean', default: false },
    notes: { type: 'boolean', default: false },
    parallel: { type: 'string' },
  },
});
/** Parts of names, with `|` between them; all without any. */
const parts = (values.only ?? '').split('|');
const chosen = kinds.filter(({ name }) => parts.some((part) => name.includes(part)));
if (chosen.length === 0) throw new Error(`No kind of fault has "${values.only ?? ''}" in its name.`);

const seed = Number(values.seed);
const cores = availableParallelism();
const root = mkdtempSync(join(tmpdir(), 'distillery-faults-'));
const { rows, failures, seconds } = await attemptAll(chosen, {
  ...{ seed, root },
  form: values.short ? { kind: 'short' } : { kind: 'long', seconds: 60 * Number(values.minutes) },
  only: values.trial === undefined ? null : Number(values.trial),
  // Half of the processors are left to what is measured.
  parallel: Number(values.parallel ?? Math.max(1, Math.floor(cores / (values.short ? 1 : 2)))),
  onVerdict: tell,
});
const table = benchTable(rows);
console.log(`\n${table}\n`);
for (const { kind, notTested } of rows) if (notTested !== undefined) console.log(`NOT TESTED: ${kind}: ${notTested}`);
if (values.table !== undefined) writeFileSync(values.table, `${table}\n`);
const held = rows.reduce((sum, row) => sum + row.held, 0);
console.log(`  ${held.toString()} passing (${seconds.toFixed(0)} s)`);
if (failures === 0) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
else {
  console.log(`  ${failures.toString()} failing`);
  process.exitCode = 1;
}

function tell({ kind, number, folder, problem, notes }: Verdict): void {
  if (problem === null && !values.notes) return;
  console.log(
    `\n${problem === null ? '✔' : '✖'} ${kind}, trial ${number.toString()}${problem === null ? '' : `: ${problem}`}`,
  );
  for (const note of notes) console.log(`  ${note}`);
  if (problem === null) return;
  console.log(`  kept: ${folder}`);
  console.log(`  again: npm run faults -- --seed ${seed.toString()} --only '${kind}' --trial ${number.toString()}`);
}
