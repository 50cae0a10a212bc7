import { hostname } from 'node:os';
import * as z from 'zod';
import { errorCode } from './files/fileProblem.js';
import { probe } from './processProbe.js';

/**
 * A process that cannot be mistaken for a later one with the same number: `pidStart` is when it began, as its
 * operating system tells it, or empty where the system would not say.
 */
export const processIdentitySchema = z.object({ pid: z.int().positive(), pidStart: z.string(), host: z.string() });
export type ProcessIdentity = z.output<typeof processIdentitySchema>;

/** `unknown`: it belongs to another machine, or the system would not say. */
export type Liveness = 'alive' | 'gone' | 'unknown';

/** It stays the same for as long as there is anybody to ask, and some systems take half a second to say it. */
let own: Promise<ProcessIdentity> | undefined;

/** This process, as it is written to the log, to locks and in names of drafts. */
export function ownIdentity(): Promise<ProcessIdentity> {
  return (own ??= identify(process.pid));
}

/** A process of this machine. Its `pidStart` is empty when it has ended already. */
export async function identify(pid: number): Promise<ProcessIdentity> {
  const found = await probe(pid);
  return { pid, pidStart: found.kind === 'runs' ? found.start : '', host: hostname() };
}

/** Whether a process still runs. One that has ended but was not yet collected by its parent is gone. */
export async function liveness({ pid, pidStart, host }: ProcessIdentity): Promise<Liveness> {
  if (host !== hostname()) return 'unknown';
  const found = await probe(pid);
  switch (found.kind) {
    case 'none':
      return 'gone';
    case 'runs':
      if (pidStart === '') return 'unknown';
      return found.start === pidStart ? 'alive' : 'gone';
    case 'hidden':
      return mayExist(pid) ? 'unknown' : 'gone';
  }
}

/** Signal 0 tests without touching; only "no such process" proves anything. */
function mayExist(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
