import { counted } from '../core/words.js';
import type { WholeRun } from './listedRun.js';

/** `student 41 % · 2 queued`; null when there is nothing to tell. */
export function statusText({ running, queued }: { running: readonly WholeRun[]; queued: number }): string | null {
  const [first, ...more] = running;
  const parts: string[] = [];
  if (first !== undefined) {
    const { fraction } = first.summary;
    const share = fraction === null ? '' : ` ${Math.floor(100 * fraction)} %`;
    parts.push(more.length === 0 ? `${first.record.spec.name}${share}` : `${counted(running.length, 'run')}${share}`);
  }
  if (queued > 0) parts.push(`${queued} queued`);
  return parts.length === 0 ? null : parts.join(' · ');
}
