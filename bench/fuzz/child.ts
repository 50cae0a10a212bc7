import { mkdirSync, writeSync, openSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ProblemError } from '../../src/core/problem.js';
import { Draw } from './draw.js';
import { mutated } from './mutate.js';
import { readers } from './readers.js';
import { mostBytes, mostSeconds, type Report } from './report.js';

/**
 * Reads hostile inputs one after the other, in a process of its own: its memory is limited, and it may end. Before each
 * input its number is written to the file `progress`, so that one that ends the process is known.
 */
const { values } = parseArgs({
  options: {
    reader: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    inputs: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    folder: { type: 'string', default: '' },
    progress: { type: 'string', default: '' },
  },
});
const reader = readers.find(({ name }) => name === values.reader);
if (reader === undefined) throw new Error(`there is no reader ${values.reader}`);

const seed = Number(values.seed);
const progress = openSync(values.progress, 'w');
mkdirSync(values.folder, { recursive: true });
/** Faults of one reader that are told: the others are of the same kind. */
const mostFaults = 5;
/** Seconds of the clock between two reports. */
const reportSeconds = 1;

// What is loaded by the first inputs is not theirs.
for (const sample of reader.samples) await reader.read(sample, values.folder).catch(() => undefined);
const usual = process.resourceUsage().maxRSS * 1024;
const faults: { input: number; why: string }[] = [];
const until = performance.now() + 1000 * Number(values.seconds);
let [tried, held, worstSeconds, worstBytes, reported] = [0, 0, 0, 0, performance.now()];

for (let input = Number(values.from); input < Number(values.inputs) && performance.now() < until; input++) {
  writeSync(progress, `${input.toString().padStart(12)}\n`, 0);
  const bytes = mutated(reader.samples, reader.form, new Draw(seed, reader.name, input));
  const before = process.cpuUsage();
  let why = await outcome(bytes);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const memory = process.resourceUsage().maxRSS * 1024 - usual;
  if (seconds > mostSeconds) why ??= `it took ${seconds.toFixed(1)} s`;
  if (memory > mostBytes && worstBytes <= mostBytes) why ??= `it took ${(memory / 2 ** 20).toFixed(0)} MB`;
  tried++;
  if (why === null) held++;
  else if (faults.length < mostFaults) faults.push({ input, why });
  worstSeconds = Math.max(worstSeconds, seconds);
  worstBytes = Math.max(worstBytes, memory);
  if (performance.now() - reported > 1000 * reportSeconds) report({ ended: false });
}
report({ ended: true });

/** Null where the input was read, or refused in words for a person. */
async function outcome(bytes: Uint8Array): Promise<string | null> {
  try {
    await reader?.read(bytes, values.folder);
    return null;
  } catch (error) {
    return error instanceof ProblemError ? null : String(error instanceof Error ? error.stack : error);
  }
}

function report({ ended }: Pick<Report, 'ended'>): void {
  reported = performance.now();
  process.stdout.write(
    `${JSON.stringify({ tried, held, worstSeconds, worstBytes, faults, ended } satisfies Report)}\n`,
  );
}
