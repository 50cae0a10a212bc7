import type { EngineChoice } from '../../core/spec/parts/engine.js';
import { engineChoices, isEngineChoice } from '../../core/spec/parts/engine.js';
import { ProblemError } from '../../core/problem.js';
import { nearest } from '../../core/spec/settings/suggestion.js';
import { findCards } from '../../machine/cards.js';
import type { EngineReport } from '../../machine/engineReport.js';
import { machineEngines } from '../machineEngines.js';
import type { Output } from '../output.js';
import { table } from '../table.js';

/** `distillery engines`: what this machine can train with, how fast, and why not with the rest. */
export async function enginesCommand(
  {
    json,
    anew,
    probeScript,
    runtime,
    environment,
  }: {
    json: boolean;
    anew: boolean;
    probeScript: string;
    runtime: string;
    environment: Readonly<Record<string, string>>;
  },
  output: Output,
): Promise<number> {
  const reports = await machineEngines({
    cards: await findCards(),
    probeScript,
    runtime,
    environment,
    anew,
    onTrying: (engine) => {
      if (!json) output.note(`Trying ${engine} …`);
    },
  });
  if (json) {
    output.result(JSON.stringify(reports, null, 2));
    return 0;
  }
  output.result(
    table(reports, [
      { title: 'engine', cell: ({ engine }) => engine },
      { title: 'ms a step', align: 'right', cell: stepWords },
      { title: 'device', cell: foundWords },
    ]),
  );
  output.note('A step: convnet 32-64, batch 64, pictures of 28×28. Runs with the engine "auto" measure their own.');
  return 0;
}

export function stepWords(report: EngineReport): string {
  return report.found && report.milliseconds !== null ? report.milliseconds.toFixed(2) : '–';
}

export function foundWords(report: EngineReport): string {
  if (!report.found) return `not here: ${report.problem.message}`;
  return `${report.device} (${report.version})${report.software ? ': slower than the CPU itself, never chosen' : ''}`;
}

/** @throws ProblemError `usage` for a word that names no engine */
export function engineNamed(text: string): EngineChoice {
  if (isEngineChoice(text)) return text;
  const near = nearest(text, engineChoices);
  throw new ProblemError({
    code: 'usage',
    message: `There is no engine \`${text}\`.`,
    fix: near === null ? `There are: ${engineChoices.join(', ')}.` : `Did you mean \`${near}\`?`,
  });
}
