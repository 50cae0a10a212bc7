import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';
import { errorCode } from '../fileProblem.js';
import { probe } from './processProbe.js';

/**
 * A process that cannot be mistaken for a later one with the same number: `pidStart` is when it began, as its
 * operating system tells it, or empty where the system would not say.
 */
export const processIdentitySchema = z.object({
  pid: z.int().positive(),
  pidStart: z.string(),
  host: z.string(),
  /** Of the running system: one for all containers on it, another after each start. Linux only; not in older builds. */
  boot: z.string().optional(),
  /** The namespace in which `pid` is its number: another container has another. As `boot`. */
  pidNamespace: z.string().optional(),
});
export type ProcessIdentity = z.output<typeof processIdentitySchema>;

/** `unknown`: it belongs to another machine or another container, or the system would not say. */
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
  return { pid, pidStart: found.kind === 'runs' ? found.start : '', host: hostname(), ...(await systemIdentity()) };
}

/** Nothing where the system is not Linux, or hides it. */
async function systemIdentity(): Promise<Pick<ProcessIdentity, 'boot' | 'pidNamespace'>> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const pidNamespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return { ...(boot === '' ? {} : { boot: boot.trim() }), ...(pidNamespace === '' ? {} : { pidNamespace }) };
}

/** Whether a process belongs to the system that this one runs on, whatever that is called, in whichever container. */
export async function isOfThisSystem({ boot }: ProcessIdentity): Promise<boolean> {
  return boot !== undefined && boot === (await ownIdentity()).boot;
}

/** Whether a process still runs. One that has ended but was not yet collected by its parent is gone. */
export async function liveness(identity: ProcessIdentity): Promise<Liveness> {
  if (!(await canBeAsked(identity))) return 'unknown';
  const { pid, pidStart } = identity;
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

/**
 * Whether its number means the same here. A machine may change its name, and containers may share one: where the running
 * system is known, and the namespace of numbers, they decide. Older builds told the host only.
 */
async function canBeAsked({ host, boot, pidNamespace }: ProcessIdentity): Promise<boolean> {
  const own = await ownIdentity();
  if (boot === undefined || own.boot === undefined) return host === hostname();
  return boot === own.boot && pidNamespace !== undefined && pidNamespace === own.pidNamespace;
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
