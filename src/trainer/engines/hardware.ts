import { cpus } from 'node:os';
import type { OnnxDeviceName } from '../../core/spec/parts/engine.js';
import { counted } from '../../core/words.js';

/** What the hardware calls itself: of a card the first that was found, for no provider tells which one it took. */
export function hardwareOf(
  device: OnnxDeviceName,
  { cards, threads }: { cards: readonly string[]; threads: number },
): string {
  if (device === 'cpu') return `${cpus()[0]?.model.trim() ?? 'CPU'}, ${counted(threads, 'thread')}`;
  const [first] = cards;
  if (first !== undefined) return first;
  return process.platform === 'darwin' ? 'Apple graphics' : 'graphics card';
}
