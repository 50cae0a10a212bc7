import { fileURLToPath } from 'node:url';
import { namedEngine, type EngineChoice, type EngineName } from '../core/spec/parts/engine.js';
import type { RunSpec } from '../core/spec/spec.js';
import type { Card } from '../machine/cards.js';
import { chooseEngine } from '../machine/choice.js';
import { createEngine } from './engines/create.js';
import type { Engine } from './engines/engine.js';
import { onnxRuntime } from './engines/onnx/runtime/onnxRuntime.js';
import type { PictureShape } from './models/model.js';

/**
 * The engine that a choice means for a run: the one that is named, or the fastest at the run's own step. What was
 * measured and found is told to `say`.
 * @param threads of ONNX Runtime on the CPU
 * @throws ProblemError where one is named that is not here; another is never taken in its place
 */
export async function chosenEngine(
  choice: EngineChoice,
  {
    spec,
    picture,
    cards,
    threads,
    say,
  }: {
    spec: RunSpec;
    picture: PictureShape;
    cards: readonly Card[];
    threads: number;
    say: (text: string) => void;
  },
): Promise<Engine> {
  // A head on an ONNX file has a step of nothing: the work is the file's, which is run on the CPU.
  const auto = (): Promise<EngineName> =>
    spec.model.kind === 'onnx' ? Promise.resolve('onnx/cpu') : fastestFor(spec, { picture, cards, say });
  const name = namedEngine(choice) ?? (await auto());
  return createEngine(name, { cards: cards.map((card) => card.name), threads, onNote: say });
}

async function fastestFor(
  { model, train }: RunSpec,
  { picture, cards, say }: { picture: PictureShape; cards: readonly Card[]; say: (text: string) => void },
): Promise<EngineName> {
  const { optimizer, maxNorm, batchSize } = train;
  const { engine, reports } = await chooseEngine({
    step: { model, optimizer, maxNorm, batchSize, picture },
    cards,
    script: fileURLToPath(new URL('probe.js', import.meta.url)),
    runtime: onnxRuntime().env.versions.node ?? '',
  });
  for (const report of reports) {
    if (!report.found) say(`${report.engine}: not here. ${report.problem.message}`);
    else if (report.milliseconds === null) say(`${report.engine}: ${report.device}; not to be chosen.`);
    else say(`${report.engine}: ${report.milliseconds.toFixed(2)} ms a step on ${report.device}.`);
  }
  return engine;
}
