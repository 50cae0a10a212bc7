import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nvidiaRows, realPlaces, textOf, type Card, type Places } from './cards.js';

/** How a card is at a moment. What its driver does not tell is absent. */
export interface GpuFacts {
  /** Share of the time that it computed, in per cent. */
  readonly utilization?: number;
  /** Bytes of its memory in use, and in all. */
  readonly memoryUsed?: number;
  readonly memoryTotal?: number;
  /** Degrees Celsius. */
  readonly temperature?: number;
  /** Watts. */
  readonly power?: number;
}

/**
 * Asks a card how it is. Apple's cards tell only a superuser (`powermetrics`), Intel's tell nothing that is worth a
 * curve: of them there is nothing.
 * @returns null where the card tells nothing
 */
export async function gpuFacts(card: Card, places: Places = realPlaces): Promise<GpuFacts | null> {
  const facts = card.index !== null ? await nvidiaFacts(card.index, places) : await sysfsFacts(card);
  return facts === null || Object.keys(facts).length === 0 ? null : facts;
}

const mebibyte = 2 ** 20;

async function nvidiaFacts(index: number, places: Places): Promise<GpuFacts | null> {
  const fields = ['index', 'utilization.gpu', 'memory.used', 'memory.total', 'temperature.gpu', 'power.draw'];
  const row = (await nvidiaRows(fields, places)).find(([own]) => own === index.toString());
  if (row === undefined) return null;
  const [, utilization, used, total, temperature, power] = row.map(numberIn);
  return defined({
    utilization,
    memoryUsed: scaled(used, mebibyte),
    memoryTotal: scaled(total, mebibyte),
    temperature,
    power,
  });
}

/** amdgpu's files: per cent, bytes, thousandths of a degree, millionths of a watt. */
async function sysfsFacts({ folder }: Card): Promise<GpuFacts | null> {
  if (folder === null) return null;
  const number = async (...path: readonly string[]): Promise<number | undefined> =>
    numberIn((await textOf(join(folder, ...path))) ?? undefined);
  const [monitor] = await readdir(join(folder, 'hwmon')).catch(() => []);
  const sensor = async (name: string): Promise<number | undefined> =>
    monitor === undefined ? undefined : number('hwmon', monitor, name);
  return defined({
    utilization: await number('gpu_busy_percent'),
    memoryUsed: await number('mem_info_vram_used'),
    memoryTotal: await number('mem_info_vram_total'),
    temperature: scaled(await sensor('temp1_input'), 1e-3),
    power: scaled((await sensor('power1_average')) ?? (await sensor('power1_input')), 1e-6),
  });
}

/** `[N/A]` and the like are no number. */
function numberIn(text: string | undefined): number | undefined {
  const value = text === undefined || text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const scaled = (value: number | undefined, factor: number): number | undefined =>
  value === undefined ? undefined : value * factor;

function defined(facts: { readonly [N in keyof GpuFacts]: GpuFacts[N] | undefined }): GpuFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
