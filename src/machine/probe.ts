import { spawn } from 'node:child_process';
import * as z from 'zod';
import type { EngineName } from '../core/spec/parts/engine.js';
import type { Problem } from '../core/problem.js';
import { modelSchema, optimizerSchema } from '../core/spec/spec.js';
import { engineReportSchema, type EngineReport } from './engineReport.js';

/** A step of training to be measured: a run's own, on pictures of its size. */
export const probeStepSchema = z.object({
  model: modelSchema,
  optimizer: optimizerSchema,
  maxNorm: z.number().nullable(),
  batchSize: z.int(),
  picture: z.object({ height: z.int(), width: z.int(), channels: z.int(), classes: z.int() }),
});
export type ProbeStep = z.output<typeof probeStepSchema>;

/** What the process that measures is told, as JSON in its one argument. */
export const probeQuestionSchema = z.object({
  engine: z.string(),
  step: probeStepSchema,
  /** Names of the cards, for a provider that does not tell on which it computes. */
  cards: z.array(z.string()),
  /** Milliseconds that the measured steps may take together. */
  budget: z.number(),
});
export type ProbeQuestion = z.output<typeof probeQuestionSchema>;

/** Starting, recording, building and warming up, and then the steps. A driver that hangs is given up. */
const patience = 60_000;
const budget = 1_000;

/**
 * Asks a process of its own for one engine: what a driver does wrong there ends that process and not this one.
 * @param script the built `dist/probe.js`
 * @param environment what the process finds in its environment on top of this one's
 */
export function probe(
  engine: EngineName,
  {
    script,
    step,
    cards,
    environment = {},
  }: {
    script: string;
    step: ProbeStep;
    cards: readonly string[];
    environment?: Readonly<Record<string, string>>;
  },
): Promise<EngineReport> {
  const question: ProbeQuestion = { engine, step, cards: [...cards], budget };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, JSON.stringify(question)], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    let answer = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2000)));
    const absent = (problem: Problem): void => resolve({ engine, found: false, problem });
    child.once('error', (error) => absent(crashed(engine, error.message, '')));
    child.once('close', (code, signal) => {
      const report = reportIn(answer);
      if (report !== null) resolve(report);
      else if (child.killed) absent(tooSlow(engine));
      else absent(crashed(engine, signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`, output));
    });
  });
}

/** The last line that is a report: libraries write to stdout as they please. */
function reportIn(answer: string): EngineReport | null {
  for (const line of answer.trim().split('\n').reverse()) {
    try {
      return engineReportSchema.parse(JSON.parse(line));
    } catch {
      continue;
    }
  }
  return null;
}

const tooSlow = (engine: EngineName): Problem => ({
  code: 'probe-timeout',
  message: `The engine "${engine}" did not make its first steps within ${patience / 1000} seconds and was given up.`,
  fix: 'A driver may hang: see that it is up to date. Name the engine to use it nevertheless.',
});

function crashed(engine: EngineName, how: string, output: string): Problem {
  const last = output.trim().split('\n').at(-1) ?? '';
  return {
    code: 'probe-crashed',
    message: `The engine "${engine}" ended the process that tried it (${how}).${last === '' ? '' : ` Its last words: ${last}`}`,
    fix: 'Update the driver of the card, or use another engine.',
  };
}
