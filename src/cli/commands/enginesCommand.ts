import type { EngineChoice } from '../../core/spec/engine.js';
import { engineChoices, isEngineChoice } from '../../core/spec/engine.js';
import { ProblemError } from '../../core/problem.js';
import { modelSchema, trainSchema } from '../../core/spec/spec.js';
import { nearest } from '../../core/spec/suggestion.js';
import { findCards } from '../../machine/cards.js';
import { allEngines } from '../../machine/choice.js';
import type { EngineReport } from '../../machine/engineReport.js';
import type { ProbeStep } from '../../machine/probe.js';
import type { Output } from '../output.js';
import { table } from '../table.js';

/** What engines are compared at where there is no run: small, and with convolutions. */
function sampleStep(): ProbeStep {
  const { optimizer, maxNorm } = trainSchema.parse({});
  return {
    model: modelSchema.parse({ kind: 'convnet', channels: [32, 64], hidden: [128] }),
    optimizer,
    maxNorm,
    batchSize: 64,
    picture: { height: 28, width: 28, channels: 1, classes: 10 },
  };
}

/** `distillery engines`: what this machine can train with, how fast, and why not with the rest. */
export async function enginesCommand(
  { json, anew, probeScript, runtime }: { json: boolean; anew: boolean; probeScript: string; runtime: string },
  output: Output,
): Promise<number> {
  const reports = await allEngines({
    step: sampleStep(),
    cards: await findCards(),
    script: probeScript,
    runtime,
    anew,
    others: ['tensorflow'],
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

function stepWords(report: EngineReport): string {
  return report.found && report.milliseconds !== null ? report.milliseconds.toFixed(2) : '–';
}

function foundWords(report: EngineReport): string {
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
    mend: near === null ? `There are: ${engineChoices.join(', ')}.` : `Did you mean \`${near}\`?`,
  });
}
