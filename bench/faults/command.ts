import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { patience } from '../../scripts/editor/patience.js';

/** What a process came to. */
export interface Answer {
  readonly words: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** It had to be killed, for it said nothing for so long. */
  readonly hung: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** By the clock on the wall. */
  readonly seconds: number;
  /** Of the processor, which a busy machine hardly changes; 0 where it did not live to say. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly answer: Promise<Answer>;
}

export interface Surroundings {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A program, with its options, that starts the process: `prlimit`, `unshare`, … */
  readonly within?: readonly string[];
}

const usagePattern = /\n?#usage (\d+) (\d+)\n/;

/** Loaded before a program of ours: says at its end how much of processor (µs) and memory (kB) it took. */
const usage = `data:text/javascript,${encodeURIComponent(`
import { readFileSync, writeSync } from 'node:fs';
process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  let peak = 0;
  try { peak = /VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]; } catch {}
  try { writeSync(2, '\\n#usage ' + (userCPUTime + systemCPUTime) + ' ' + peak + '\\n'); } catch {}
});`)}`;

/** Starts a built program, `dist/<script>`, as people do. */
export function startBuilt(script: 'cli.js' | 'trainer.js', words: readonly string[], around: Surroundings): Started {
  const { cwd, environment, within = [] } = around;
  const [file = '', ...line] = [...within, process.execPath, '--import', usage, resolve('dist', script), ...words];
  const begun = performance.now();
  const child = spawn(file, line, { cwd, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  let hung = false;
  const timer = setTimeout(() => (hung = child.kill('SIGKILL')), patience);
  const answer = new Promise<Answer>((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const [told, cpu = '0', peak = '0'] = usagePattern.exec(texts.stderr) ?? [''];
      done({
        words: `${script} ${words.join(' ')}`,
        ...{ code, signal, hung },
        stdout: texts.stdout,
        stderr: texts.stderr.replace(told, ''),
        seconds: (performance.now() - begun) / 1000,
        cpuSeconds: Number(cpu) / 1e6,
        peakBytes: 1024 * Number(peak),
      });
    });
  });
  return { child, answer };
}
