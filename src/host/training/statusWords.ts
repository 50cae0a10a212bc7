import { counted } from '../../core/words.js';
import { outcomeWords, runTitle, type WholeRun } from '../workspace/listedRun.js';

/** `student 41 % · onnx/cpu · 2 queued`; null when there is nothing to tell. */
export function statusText({ running, queued }: { running: readonly WholeRun[]; queued: number }): string | null {
  const [first, ...more] = running;
  const parts: string[] = [];
  if (first !== undefined) {
    const { fraction } = first.summary;
    const share = fraction === null ? '' : ` ${Math.floor(100 * fraction)} %`;
    parts.push(more.length === 0 ? `${first.record.spec.name}${share}` : `${counted(running.length, 'run')}${share}`);
    const engines = new Set(running.flatMap(({ summary: { engine } }) => engine ?? []));
    if (engines.size > 0) parts.push([...engines].join(', '));
  }
  if (queued > 0) parts.push(`${queued} queued`);
  return parts.length === 0 ? null : parts.join(' · ');
}

/** `student · T 20 · seed 0: epoch 3/12 · 41 % · onnx/cpu`: one run of several. */
export function runningWords({ record, summary }: WholeRun): string {
  const engine = summary.engine === null ? '' : ` · ${summary.engine}`;
  return `${runTitle(record.spec)}: ${outcomeWords(summary)}${engine}`;
}
