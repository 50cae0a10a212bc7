import { dirname } from 'node:path';
import { problemOf } from '../core/problem.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { dataFolder } from '../run/dataFolder.js';
import { fileProblem } from '../run/fileProblem.js';
import { runFolder } from '../run/folder.js';
import { readRecord } from '../run/runsFolder.js';
import { readCheckpoint } from './checkpoint.js';
import { loadDataset } from './data/datasets.js';
import { onnxClassifier } from './engines/onnx/classifier.js';
import { createModel } from './models/create.js';
import { logitsProgram } from './programs.js';

/**
 * Writes the network of a run as an ONNX file for inference, with its weights inside:
 *   node exporter.js <run folder> <file> <batch>
 * The input `images` is uint8 [batch, height, width, channels], the output `logits` float32 [batch, classes]. What goes
 * wrong is written to stdout as a problem in JSON, with exit code 2.
 */
async function main([path = '', file = '', batch = '1']: readonly string[]): Promise<number> {
  try {
    await exportOnnx({ path, file, batchSize: Number(batch) });
    return 0;
  } catch (error) {
    console.log(JSON.stringify(problemOf(error)));
    return 2;
  }
}

async function exportOnnx({ path, file, batchSize }: { path: string; file: string; batchSize: number }): Promise<void> {
  const folder = runFolder(path);
  const { spec, specHash } = await readRecord(folder);
  const { height, width, channels, classes } = await loadDataset(spec.data, {
    dataFolder: dataFolder(dirname(folder.path)),
    onProgress: () => () => undefined,
  });
  const picture = { height, width, channels, classes: classes.length };
  const model = createModel(spec.model, picture);
  const shapes = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, shape]));
  const { tensors } = await readCheckpoint(folder.checkpoint, { specHash, shapes });
  const program = logitsProgram({ name: folder.id, model, batchSize, picture });
  const bytes = await onnxClassifier(program, { shapes, tensors });
  await writeFileAtomic(file, bytes).catch((error: unknown) => {
    throw fileProblem(error, { path: file, attempt: 'write the ONNX file' });
  });
}

process.exitCode = await main(process.argv.slice(2));
