import { execFile } from 'node:child_process';
import { ProblemError } from '../core/problem.js';
import { problemSchema } from '../run/log/entry.js';
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
  return runExporter(folder, [file, format, String(batchSize)], { exporterScript, node, ...(signal && { signal }) });
}

/**
 * Makes the evaluation pictures of a run again, where its data can be read: the cache may have been cleared, or not have
 * been moved with the runs.
 * @throws ProblemError what the exporter says is wrong: most often that the data set is not there
 */
export function remakePictures(folder: RunFolder, options: ExporterOptions): Promise<void> {
  return runExporter(folder, ['', 'pictures'], options);
}

export interface ExporterOptions {
  /** The built exporter, `dist/exporter.js`. */
  readonly exporterScript: string;
  readonly node?: string;
  readonly signal?: AbortSignal;
}

function runExporter(
  folder: RunFolder,
  words: readonly string[],
  { exporterScript, node = process.execPath, signal }: ExporterOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, windowsHide: true, signal };
    execFile(node, [exporterScript, folder.path, ...words], options, (error, stdout, stderr) => {
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
  fix: 'This is a defect in Distillery. Please report it with what `distillery doctor` prints.',
  place: { file: folder.path },
});
