import { mkdir, mkdtemp, appendFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runFolder } from '../src/run/folder.js';
import { readLog } from '../src/run/log/logTail.js';
import { waitFor } from '../test/tour/waitFor.js';
import { machineState, machineWords } from './safety/machineState.js';
import { growthOf, growthTable, keptIn, type Growth, type RestAfter } from './soak/growth.js';
import { keptAfterRuns } from './soak/quantities.js';
import { SoakEditor } from './soak/soakEditor.js';
import { SoakWorkspace } from './soak/soakWorkspace.js';

/**
 * Whether the extension holds more and more: panels are opened and closed, then runs started and stopped, in a workspace
 * full of runs; what is held is looked at in between.
 *   npm run soak                             a few minutes: 20 panels and 20 runs among 200
 *   npm run soak -- --minutes 60             spread over an hour: 200 panels and 500 runs among 1,000
 *   npm run soak -- --panels 50 --runs 0 --on-disk 1000
 *   npm run soak -- --snapshots DIR          heap snapshots of extension host and page as well, after a fifth of each part and at its end
 * Exit code 1 where something grows.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    panels: { type: 'string' },
    runs: { type: 'string' },
    'on-disk': { type: 'string' },
    snapshots: { type: 'string' },
    out: { type: 'string', default: 'out/soak/found.jsonl' },
  },
});
const minutes = values.minutes === undefined ? null : Number(values.minutes);
const inProportion = (perHour: number, short: number): number =>
  minutes === null ? short : Math.max(1, Math.round((perHour * minutes) / 60));
const panels = Number(values.panels ?? inProportion(200, 20));
const runs = Number(values.runs ?? inProportion(500, 20));
const onDisk = Number(values['on-disk'] ?? (minutes === null ? 200 : 1000));
/** How often it is looked at what is held, in each part. */
const looks = 20;
const passingMs = 5_000;

const home = await mkdtemp(join(tmpdir(), 'distillery-soak-'));
const begin = machineState();
let editor: SoakEditor | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    void end().finally(() => process.exit(1));
  });
}
try {
  await mkdir(dirname(resolve(values.out)), { recursive: true });
  if (values.snapshots !== undefined) await mkdir(values.snapshots, { recursive: true });
  await writeFile(values.out, '');
  console.error(`Making ${onDisk} runs …`);
  const folder = join(home, 'workspace');
  await mkdir(folder);
  const workspace = await SoakWorkspace.make(folder, { runs: onDisk });
  editor = await SoakEditor.start(folder, { home });
  await soak(editor, workspace);
  console.log(`\n${machineWords(home, { begin, end: machineState() })}`);
} finally {
  await end();
}

async function end(): Promise<void> {
  await editor?.close();
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
}

async function soak(at: SoakEditor, workspace: SoakWorkspace): Promise<void> {
  const passing = setInterval(() => void note({ kind: 'passing', ...at.passing() }), passingMs);
  const grows: string[] = [];
  try {
    const each = (part: Pick<Part, 'what' | 'count' | 'once'>): Promise<RestAfter[]> =>
      repeat(at, { ...part, milliseconds: ((minutes ?? 0) * 60_000 * part.count) / (2 * panels + runs) });
    const tell = (what: string, growth: readonly Growth[]): void => {
      console.log(`\n${growthTable(growth, { what })}`);
      for (const { quantity, verdict } of growth) {
        if (verdict === 'grows') grows.push(`${quantity.name} grows with ${what}.`);
        if (verdict === 'unclear') console.log(`NOT SHOWN: whether ${quantity.name} is flat. That takes more ${what}.`);
      }
    };
    if (panels > 0) {
      const empty = {
        what: 'empty panels',
        count: panels,
        once: (index: number) => at.lookAtNothing(workspace.copy(index)),
      };
      const editor = growthOf(await each(empty));
      console.log(`\n${growthTable(editor, { what: empty.what })}`);
      const own = { what: 'panels', count: panels, once: (index: number) => at.lookAt(workspace.copy(index)) };
      tell(own.what, growthOf(await each(own), { kept: keptIn(editor) }));
    }
    if (runs > 0) {
      const own = { what: 'runs', count: runs, once: (index: number) => startAndStop(at, workspace, index) };
      tell(own.what, growthOf(await each(own), { kept: keptAfterRuns }));
    }
  } finally {
    clearInterval(passing);
  }
  for (const line of grows) console.log(line);
  if (grows.length > 0) process.exitCode = 1;
}

interface Part {
  readonly what: string;
  readonly count: number;
  readonly once: (index: number) => Promise<void>;
  /** How long it is to take at least. */
  readonly milliseconds: number;
}

/** Does something again and again, evenly over the time there is, and rests now and then to look at what is held. */
async function repeat(at: SoakEditor, { what, count, once, milliseconds }: Part): Promise<RestAfter[]> {
  const found: RestAfter[] = [];
  const look = async (done: number): Promise<void> => {
    const rest = await at.rest();
    found.push({ done, rest });
    await note({ kind: what, done, ...rest });
    console.error(`${done} of ${count} ${what}`);
  };
  const snapshots = async (when: string): Promise<void> => {
    if (values.snapshots !== undefined)
      await at.snapshots(resolve(values.snapshots), `${what}-${when}`.replace(' ', '-'));
  };
  await look(0);
  const each = Math.ceil(count / looks);
  const from = Date.now();
  for (let done = 1; done <= count; done++) {
    await once(done);
    if (done % each === 0 || done === count) await look(done);
    if (done === Math.ceil(count / 5)) await snapshots('fifth');
    await sleep(Math.max(0, from + (milliseconds * done) / count - Date.now()));
  }
  await snapshots('end');
  return found;
}

/** Begins a run that was never there in the editor, lets it make steps, and stops it. */
async function startAndStop(at: SoakEditor, workspace: SoakWorkspace, index: number): Promise<void> {
  const file = await workspace.longExperiment(index);
  const ended = at.probe.command('distillery.runExperiment', file);
  let run: string | null = null;
  const has = async (type: 'steps' | 'stopped'): Promise<boolean> => {
    run ??= await workspace.runOf(index);
    if (run === null) return false;
    const { entries } = await readLog(runFolder(run).log);
    return entries.some((entry) => entry.type === type);
  };
  await Promise.race([waitFor('it trains', () => has('steps')), ended]);
  await at.probe.command('distillery.stopAll');
  await ended;
  if (!(await has('stopped'))) throw new Error(`Run ${String(run)} was not stopped.`);
  await workspace.dropCopy();
}

async function note(found: object): Promise<void> {
  await appendFile(values.out, `${JSON.stringify({ time: Date.now(), ...found })}\n`);
}
