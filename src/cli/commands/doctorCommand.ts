import { findCards } from '../../machine/cards.js';
import { diagnosticLines, withoutPlaces } from '../../launch/diagnostics.js';
import { machineEngines } from '../machineEngines.js';
import type { Output } from '../output.js';
import { foundWords, stepWords } from './enginesCommand.js';

/** `distillery doctor`: what a report of a fault should hold, and nothing private. */
export async function doctorCommand(
  {
    runsDir,
    versions,
    probeScript,
    runtime,
  }: { runsDir: string; versions: Readonly<Record<string, string>>; probeScript: string; runtime: string },
  output: Output,
): Promise<number> {
  const cards = await findCards();
  const lines = await diagnosticLines({ runsDir, versions, cards });
  const engines = await machineEngines({
    cards,
    probeScript,
    runtime,
    anew: false,
    onTrying: (engine) => output.note(`Trying ${engine} …`),
  });
  const tried = engines.map((report) => {
    const time = report.found ? `${stepWords(report)} ms a step, ` : '';
    return `engine ${report.engine}: ${time}${withoutPlaces(foundWords(report))}`;
  });
  output.result([...lines, ...tried].join('\n'));
  return 0;
}
