import { dirname, relative, sep } from 'node:path';
import type { RunSpec } from '../core/spec/spec.js';
import { counted } from '../core/words.js';
import type { Continuation } from './continuation.js';

/**
 * Why a run does not go on from an earlier one of fewer epochs, and what to write to begin from its weights.
 * @param file of the experiment; null where it has none
 */
export function anewWords(
  { origin, epochs, because }: Extract<Continuation, { kind: 'anew' }>,
  { spec, file }: { spec: Pick<RunSpec, 'role' | 'model' | 'trainable'>; file: string | null },
): string {
  const verb = because.length === 1 ? 'depends' : 'depend';
  const why = `trains anew instead of going on from ${origin.id} with its ${counted(epochs, 'epoch')}: ${because.join(' and ')} ${verb} on the number of epochs`;
  return `${why}.${weightsHint(origin.checkpoint, { id: origin.id, spec, file })}`;
}

/** An ONNX file keeps its weights, and the checkpoint of a head lacks the network that it stands on. */
function weightsHint(
  checkpoint: string,
  { id, spec, file }: { id: string; spec: Pick<RunSpec, 'role' | 'model' | 'trainable'>; file: string | null },
): string {
  if (spec.model.kind === 'onnx') return '';
  const part = spec.role === 'teacher' ? 'teacher' : 'student';
  if (spec.trainable === 'head') {
    const exported = `${part}.safetensors`;
    return ` To begin from its weights: \`distillery export ${id} --out ${exported}\`, and "weights": "${exported}" in "${part}".`;
  }
  const path = file === null ? checkpoint : relative(dirname(file), checkpoint);
  return ` To begin from its weights write into "${part}": "weights": ${JSON.stringify(path.split(sep).join('/'))}`;
}
