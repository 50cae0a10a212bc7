import type { EngineName } from '../core/spec/parts/engine.js';
import type { Card } from './cards.js';
import { candidates } from './candidates.js';
import { EngineCache, measurementKey } from './engineCache.js';
import { fastest, type EngineReport } from './engineReport.js';
import { probe, type ProbeStep } from './probe.js';

export interface MeasureOptions {
  readonly step: ProbeStep;
  readonly cards: readonly Card[];
  /** The built `dist/probe.js`. */
  readonly script: string;
  /** Version of ONNX Runtime. */
  readonly runtime: string;
  /** What the process that tries an engine finds in its environment on top of this one's. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cache?: EngineCache;
  /** Measure also what was measured before. */
  readonly anew?: boolean;
  /** Told before an engine is tried, which may take seconds. */
  readonly onTrying?: (engine: EngineName) => void;
}

export interface Choice {
  readonly engine: EngineName;
  /** One report for each engine that could be here; empty where there was nothing to choose from. */
  readonly reports: readonly EngineReport[];
}

/**
 * The fastest engine that is really there, by a few steps of the very training on each, one engine at a time. Where
 * there is nothing but the CPU nothing is tried.
 */
export async function chooseEngine(options: MeasureOptions): Promise<Choice> {
  const possible = (await candidates(options.cards)).filter((candidate) => candidate.possible);
  if (possible.length <= 1) return { engine: 'onnx/cpu', reports: [] };
  const reports = await measured(
    possible.map(({ engine }) => engine),
    options,
  );
  return { engine: fastest(reports), reports };
}

/**
 * Every engine there is for any machine: what was measured, or why it is not here.
 * @param options.others what may be installed or removed at any moment: tried each time, and never kept
 */
export async function allEngines(
  options: MeasureOptions & { readonly others: readonly EngineName[] },
): Promise<EngineReport[]> {
  const all = await candidates(options.cards);
  const possible = all.filter((candidate) => candidate.possible).map(({ engine }) => engine);
  return [
    ...(await measured(possible, options)),
    ...(await tried(options.others, options)),
    ...all.flatMap((candidate): EngineReport[] =>
      candidate.possible ? [] : [{ engine: candidate.engine, found: false, problem: candidate.problem }],
    ),
  ];
}

async function measured(engines: readonly EngineName[], options: MeasureOptions): Promise<readonly EngineReport[]> {
  const { step, cards, runtime, cache = new EngineCache(), anew = false } = options;
  const key = `${measurementKey({ cards, step, runtime })} ${engines.join()}`;
  const known = anew ? null : await cache.find(key);
  if (known !== null) return known;
  const reports = await tried(engines, options);
  await cache.keep(key, reports);
  return reports;
}

/** One after the other: two at once would slow each other. */
async function tried(
  engines: readonly EngineName[],
  { step, cards, script, environment = {}, onTrying }: MeasureOptions,
): Promise<readonly EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const engine of engines) {
    onTrying?.(engine);
    reports.push(await probe(engine, { script, step, cards: cards.map(({ name }) => name), environment }));
  }
  return reports;
}
