import { execFile } from 'node:child_process';
import { ProblemError } from '../core/problem.js';
import { problemSchema } from '../run/entry.js';
import type { RunFolder } from '../run/folder.js';

export const exportFormats = ['safetensors', 'onnx'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * Writes the network of a run, in a process of its own: what knows networks is the trainer's.
 * @param exporterScript the built exporter, `dist/exporter.js`
 * @param batchSize pictures at a time that an ONNX file is made for
 * @throws ProblemError what the exporter says is wrong
 */
export function exportRun(
  folder: RunFolder,
  {
    file,
    format,
    batchSize = 1,
    exporterScript,
    node = process.execPath,
    signal,
  }: {
    file: string;
    format: ExportFormat;
    batchSize?: number;
    exporterScript: string;
    node?: string;
    signal?: AbortSignal;
  },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const words = [exporterScript, folder.path, file, format, String(batchSize)];
    const options = { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, windowsHide: true, signal };
    execFile(node, words, options, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new ProblemError(problemIn(stdout) ?? crashed(folder, { message: stderr.trim() || error.message })));
    });
  });
}

function problemIn(stdout: string) {
  try {
    return problemSchema.parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

const crashed = (folder: RunFolder, { message }: { message: string }) => ({
  code: 'export-crashed',
  message: `The export ended without a word of its own: ${message}`,
  mend: 'This is a defect in Distillery. Please report it.',
  place: { file: folder.path },
});
