import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { InferenceSession } from 'onnxruntime-node';
import { clearDraftsAt, draftOf, isDraftOf } from '../../../../node/files/draft.js';
import type { RuntimeSession } from './runtimeSession.js';

const eventSchema = z.object({
  cat: z.string(),
  args: z.object({ provider: z.string().optional(), op_name: z.string().optional() }).optional(),
});
/** Copies that a provider makes of what the CPU computes stand beside what they are made for. */
const copies = ['MemcpyFromHost', 'MemcpyToHost'];

/**
 * Watches the first run of a session through ONNX Runtime's profile, to tell what a provider left to the CPU.
 */
export class FallbackWatch {
  private constructor(private readonly folder: string) {}

  static async begin(): Promise<FallbackWatch> {
    const path = join(tmpdir(), 'distillery-profile');
    await clearDraftsAt(tmpdir(), isDraftOf(path));
    const folder = await draftOf(path);
    // The temporary folder belongs to everybody.
    await mkdir(folder, { mode: 0o700 });
    return new FallbackWatch(folder);
  }

  /** Options to open the session with. */
  get options(): Pick<InferenceSession.SessionOptions, 'enableProfiling' | 'profileFilePrefix'> {
    return { enableProfiling: true, profileFilePrefix: join(this.folder, 'profile') };
  }

  /** To be called once, after the first run. @returns how many nodes of each operation the CPU computed */
  async end(session: RuntimeSession): Promise<ReadonlyMap<string, number>> {
    session.endProfiling();
    try {
      const [file] = await readdir(this.folder);
      const text = file === undefined ? '[]' : await readFile(join(this.folder, file), 'utf8');
      return cpuOperations(z.array(eventSchema).parse(JSON.parse(text)));
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}

function cpuOperations(events: readonly z.output<typeof eventSchema>[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { cat, args } of events) {
    const op = args?.op_name;
    if (cat !== 'Node' || args?.provider !== 'CPUExecutionProvider' || op === undefined || copies.includes(op))
      continue;
    found.set(op, (found.get(op) ?? 0) + 1);
  }
  return found;
}

/** A sentence for the trainer's output. */
export function fallbackWords(engine: string, operations: ReadonlyMap<string, number>): string {
  const total = [...operations.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return `${engine}: every operation of the step is computed on the device.`;
  const list = [...operations].map(([op, count]) => (count === 1 ? op : `${op} ×${count.toString()}`)).join(', ');
  return `${engine}: the provider lacks ${total.toString()} of the step's operations, which are computed on the CPU: ${list}.`;
}
