import { availableParallelism, cpus } from 'node:os';
import type { OnnxDeviceName } from '../../core/spec/engine.js';

/** What the hardware calls itself: of a card the first that was found, for no provider tells which one it took. */
export function hardwareOf(device: OnnxDeviceName, cards: readonly string[]): string {
  if (device === 'cpu') return `${cpus()[0]?.model.trim() ?? 'CPU'}, ${availableParallelism().toString()} threads`;
  const [first] = cards;
  if (first !== undefined) return first;
  return process.platform === 'darwin' ? 'Apple graphics' : 'graphics card';
}
