import type { HostProcess } from './hostProcess.js';
import type { PageMemory } from './pageMemory.js';
import type { Held } from './probe/messages.js';

/** What was found when nothing was open and nothing ran. */
export interface Rest {
  readonly process: HostProcess;
  readonly held: Held;
  readonly page: PageMemory;
  /** Processes of the editor, all together. */
  readonly processes: number;
}

/** Something that must not grow with what was done. */
export interface Quantity {
  readonly name: string;
  readonly of: (rest: Rest) => number;
  readonly unit: 'MB' | '';
  /** How much more after a hundred panels, or runs, counts as flat: of what is counted far less than one for each. */
  readonly allowed: number;
  /** How much it comes and goes by itself, however much was done: what the allocator keeps, a timer of the editor's. */
  readonly noise: number;
}

/**
 * What the editor itself keeps after a hundred runs, by the names below. Of the buttons in the view's
 * title, which it draws anew when one comes or goes, code-server 4.139.1 keeps one that is off the page (Collapse All): two
 * nodes, with twelve listeners. It was found by counting listeners by what they are on; that page has no script of ours.
 */
export const keptAfterRuns: ReadonlyMap<string, number> = new Map([
  ['page: nodes', 200],
  ['page: listeners', 1200],
]);

const megabytes = (bytes: number): number => bytes / 2 ** 20;

export const quantities: readonly Quantity[] = [
  { name: 'host: resident', of: ({ process }) => megabytes(process.resident), unit: 'MB', allowed: 4, noise: 24 },
  { name: 'host: heap', of: ({ held }) => megabytes(held.heap), unit: 'MB', allowed: 0.5, noise: 1 },
  { name: 'host: buffers', of: ({ held }) => megabytes(held.buffers), unit: 'MB', allowed: 0.5, noise: 1 },
  { name: 'host: descriptors', of: ({ process }) => process.descriptors, unit: '', allowed: 2, noise: 3 },
  { name: 'host: watches', of: ({ process }) => process.watches, unit: '', allowed: 2, noise: 3 },
  { name: 'host: timers', of: ({ held }) => held.timers, unit: '', allowed: 2, noise: 4 },
  { name: 'host: all that keeps it alive', of: ({ held }) => held.resources, unit: '', allowed: 2, noise: 6 },
  { name: 'processes', of: ({ processes }) => processes, unit: '', allowed: 1, noise: 2 },
  { name: 'page: heap', of: ({ page }) => megabytes(page.heap), unit: 'MB', allowed: 1, noise: 3 },
  { name: 'page: nodes', of: ({ page }) => page.nodes, unit: '', allowed: 50, noise: 100 },
  { name: 'page: listeners', of: ({ page }) => page.listeners, unit: '', allowed: 50, noise: 100 },
];
