import type { EngineName } from '../core/spec/parts/engine.js';
import { modelSchema, trainSchema } from '../core/spec/spec.js';
import type { Card } from '../machine/cards.js';
import { allEngines } from '../machine/choice.js';
import type { EngineReport } from '../machine/engineReport.js';
import type { ProbeStep } from '../machine/probe.js';

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

/**
 * What is known of each engine on this machine. Each is tried in a process of its own, once.
 * @param probeScript the built `dist/probe.js`
 * @param runtime version of ONNX Runtime
 * @param environment what the processes find in theirs on top of this one's
 * @param anew tries again what was tried before
 */
export function machineEngines({
  cards,
  probeScript,
  runtime,
  environment = {},
  anew,
  onTrying,
}: {
  cards: readonly Card[];
  probeScript: string;
  runtime: string;
  environment?: Readonly<Record<string, string>>;
  anew: boolean;
  onTrying: (engine: EngineName) => void;
}): Promise<readonly EngineReport[]> {
  return allEngines({
    step: sampleStep(),
    cards,
    script: probeScript,
    runtime,
    environment,
    anew,
    others: ['tensorflow'],
    onTrying,
  });
}
