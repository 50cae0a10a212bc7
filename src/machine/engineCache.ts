import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { canonicalJson } from '../core/json.js';
import { writeNamedFile } from '../node/files/atomicFile.js';
import { sha256 } from '../node/files/hash.js';
import type { Card } from './cards.js';
import { engineReportSchema, type EngineReport } from './engineReport.js';
import type { ProbeStep } from './probe.js';
import { readRegularText } from '../node/files/regularFile.js';

/** Some lines for each machine and network. */
const mostBytes = 16 * 2 ** 20;

const entrySchema = z.object({ time: z.number(), reports: z.array(engineReportSchema) });
const fileSchema = z.object({ version: z.literal(1), measured: z.record(z.string(), entrySchema) });
type Contents = z.output<typeof fileSchema>;

/** Measurements that are kept: the latest of them. */
const mostEntries = 100;

/** What was measured on this machine, one file in the user's cache folder. All of it can be measured again. */
export class EngineCache {
  constructor(private readonly file = join(userCacheFolder(), 'distillery', 'engines.json')) {}

  /** @returns null where it was not measured yet, or the file is of no use */
  async find(key: string): Promise<readonly EngineReport[] | null> {
    return (await this.#read()).measured[key]?.reports ?? null;
  }

  /** Keeps a measurement. A folder that cannot be written only means that it is measured again. */
  async keep(key: string, reports: readonly EngineReport[]): Promise<void> {
    const { measured } = await this.#read();
    const entries = Object.entries({ ...measured, [key]: { time: Date.now(), reports: [...reports] } });
    const latest = entries.sort(([, a], [, b]) => b.time - a.time).slice(0, mostEntries);
    const contents: Contents = { version: 1, measured: Object.fromEntries(latest) };
    try {
      await writeNamedFile(this.file, `${JSON.stringify(contents, null, 2)}\n`, { makeFolder: true });
    } catch {
      return;
    }
  }

  async #read(): Promise<Contents> {
    try {
      return fileSchema.parse(
        JSON.parse(await readRegularText(this.file, { attempt: 'read the times of engines', most: mostBytes })),
      );
    } catch {
      return { version: 1, measured: {} };
    }
  }
}

/** Names a measurement by all that it depends on: machine, software, cards, drivers, and the step. */
export function measurementKey({
  cards,
  step,
  runtime,
}: {
  cards: readonly Card[];
  step: ProbeStep;
  runtime: string;
}): string {
  const drivers = [
    process.env.VK_ICD_FILENAMES ?? '',
    process.env.VK_DRIVER_FILES ?? '',
    process.env.CUDA_VISIBLE_DEVICES ?? '',
  ];
  return sha256(
    canonicalJson({
      machine: hostname(),
      platform: process.platform,
      node: process.versions.node,
      runtime,
      cards,
      drivers,
      step,
    }),
  );
}

function userCacheFolder(): string {
  const named = process.env.XDG_CACHE_HOME;
  if (named !== undefined && named !== '') return named;
  switch (process.platform) {
    case 'win32':
      return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
    case 'darwin':
      return join(homedir(), 'Library', 'Caches');
    default:
      return join(homedir(), '.cache');
  }
}
