import { onnx } from 'onnx-proto';
import { onnxProblem } from './onnxProblems.js';

/** A file as its protocol buffer says it. @throws ProblemError `onnx-not-a-model`, also where it is nested without end */
export function decodeModel(bytes: Uint8Array, file: string): onnx.ModelProto {
  try {
    return onnx.ModelProto.decode(bytes);
  } catch (error) {
    throw notAModel(file, error instanceof Error ? error.message : String(error));
  }
}

export const notAModel = (file: string, why: string) =>
  onnxProblem(file, {
    code: 'not-a-model',
    message: `This is no ONNX model: ${why}.`,
    fix: 'Check that this is the file that was exported, and whole.',
  });
