import { resolve } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { nearest } from '../../core/spec/settings/suggestion.js';
import { bytes } from '../../core/words.js';
import { publishedSets } from '../../core/datasets/datasets.js';
import { dataOf } from '../../data/cache/sharedFolder.js';
import { fetchArchive, type FetchPhase } from '../../data/datasets/fetchArchive.js';
import { displayWidth } from '../displayWidth.js';
import { onInterrupt } from '../interrupt.js';
import { LiveLines } from '../liveLines.js';
import type { Output } from '../output.js';
import { progressBar } from '../progressLine.js';

export interface DataRequest {
  readonly operands: readonly string[];
  readonly runsDir: string;
  readonly current: string;
  /** As typed; null where nothing was. */
  readonly url: string | null;
  readonly file: string | null;
}

/**
 * `distillery data fetch <set>`: brings a published data set to where experiments look for it.
 * @returns the exit code: 1 where it was stopped
 * @throws ProblemError `usage`; what is wrong with the network, the archive or the disk
 */
export async function dataCommand(request: DataRequest, output: Output): Promise<number> {
  const [verb = '', word = ''] = request.operands;
  if (verb !== 'fetch')
    throw usage(`\`${verb}\` is nothing that can be done with data sets.`, 'Write `distillery data fetch`.');
  const archive = publishedSets().find(({ name }) => name === word)?.archive;
  if (archive === undefined) {
    const names = publishedSets().map(({ name }) => name);
    const near = nearest(word, names);
    const known = `There are: ${names.join(', ')}.`;
    throw usage(`\`${word}\` cannot be fetched.`, near === null ? known : `Did you mean \`${near}\`? ${known}`);
  }
  const { url, file } = request;
  if (url !== null && file !== null) throw usage('`--url` and `--file` exclude each other.', 'Give one of them.');
  if (url !== null && !/^https?:$/.test(protocolOf(url))) {
    throw usage(`\`${url}\` is no address of the web.`, 'Write one that begins with https:// or http://.');
  }
  const controller = new AbortController();
  const interrupt = onInterrupt({
    first: () => controller.abort(),
    again: () => controller.abort(),
  });
  const progress = new FetchProgress(output);
  try {
    if (file === null) output.note(`${archive.title}: ${bytes(archive.bytes)} from ${url ?? archive.url}`);
    const { folder, wasThere } = await fetchArchive(archive, {
      data: dataOf(request.runsDir),
      ...(url !== null && { url }),
      ...(file !== null && { file: resolve(request.current, file) }),
      signal: controller.signal,
      onProgress: (what, done, total) => progress.show(what, { done, total }),
    });
    progress.clear();
    output.note(wasThere ? `${archive.title} is there already.` : `${archive.title} is there.`);
    output.result(folder);
    return 0;
  } catch (error) {
    progress.clear();
    if (!controller.signal.aborted) throw error;
    output.note('Stopped. What was downloaded stays: the same command goes on from there.');
    return 1;
  } finally {
    interrupt.dispose();
  }
}

/** A line that changes on a terminal; elsewhere a line a tenth. */
class FetchProgress {
  readonly #lines: LiveLines | null;
  #now: { readonly what: FetchPhase; readonly done: number; readonly total: number } | null = null;
  #told = '';

  constructor(private readonly output: Output) {
    const { terminal } = output;
    this.#lines = terminal === null ? null : new LiveLines(terminal, (width) => this.#line(width, terminal.coloured));
  }

  show(what: FetchPhase, { done, total }: { done: number; total: number }): void {
    this.#now = { what, done, total };
    this.#lines?.changed();
    if (this.#lines !== null) return;
    const tenths = `${what} ${Math.floor((10 * done) / total) * 10} %`;
    if (tenths !== this.#told) this.output.note(tenths);
    this.#told = tenths;
  }

  clear(): void {
    this.#lines?.clear();
  }

  #line(width: number, coloured: boolean): string[] {
    if (this.#now === null) return [];
    const { what, done, total } = this.#now;
    const figures = `${bytes(done)} of ${bytes(total)}`;
    const bar = Math.min(30, width - displayWidth(what) - displayWidth(figures) - 4);
    return [
      bar < 8 ? `${what}  ${figures}` : [what, progressBar(done / total, { width: bar, coloured }), figures].join('  '),
    ];
  }
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

const usage = (message: string, fix: string): ProblemError => new ProblemError({ code: 'usage', message, fix });
