import { text } from 'node:stream/consumers';
import { canonicalJson } from '../core/json.js';
import { classesOf } from '../core/datasets/datasets.js';
import { namedEngine } from '../core/spec/parts/engine.js';
import type { RunSpec } from '../core/spec/spec.js';
import { findCards } from '../machine/cards.js';
import { cacheOf } from '../data/cache/sharedFolder.js';
import { checkQuestionSchema, type CheckLine, type CheckQuestion } from '../data/experiment/checkProtocol.js';
import { dataFolder } from '../run/dataFolder.js';
import { checkData, placeOfData } from './check/checkData.js';
import { checkEngine } from './check/checkEngine.js';
import { checkNetwork } from './check/checkNetwork.js';
import { checkDiskRoom } from './check/checkDiskRoom.js';
import { Findings } from './check/findings.js';
import type { DatasetShape, Reading } from './data/dataset.js';
import { dataWarnings } from './data/dataWarnings.js';
import { DecodedStore } from './data/decodedStore.js';
import { createEngine } from './engines/create.js';

/**
 * Does what runs do before their first step, without a run folder, and says all that is wrong, as lines of JSON.
 *   node check.js < question
 *
 * What can fail before the first step, and where it is checked:
 * - the data set: files that are missing, cut short, of another kind or at odds with each other; labels out of range; a
 *   folder that is laid out otherwise; pictures that cannot be decoded or differ in size; more than fits into memory; a
 *   validation set that leaves nothing to train on (`loadDataset`, in checkData.ts)
 * - the network: pictures too small for it, patches that do not fill them, channels that its preprocessing is not for,
 *   more parameters than fit into memory; fewer examples than a batch, a batch too small to normalize (checkNetwork.ts)
 * - its weights: what is no file of weights, was changed, or does not fit; a head that would stay random (checkNetwork.ts)
 * - an ONNX file: what does not load, inputs and outputs that are no classifier's, another number of classes, no place to
 *   cut for a new head (checkNetwork.ts)
 * - the engine, where one is named: not installed, no card, a driver that does not work (checkEngine.ts)
 * - the disk: room for checkpoints and logits, which is a warning, for it may be freed in time (checkDiskRoom.ts)
 *
 * What only computing tells is not among it: what a teacher answers, a loss that diverges, memory between the layers. Nor
 * is what belongs to a run folder: its checkpoint, its teachers' checkpoints, its claim.
 */
async function main(): Promise<void> {
  const write = (line: CheckLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  const question = checkQuestionSchema.parse(JSON.parse(await text(process.stdin)));
  await check(question, { findings: new Findings(write), write });
  write({ type: 'done' });
}

async function check(
  question: CheckQuestion,
  { findings, write }: { findings: Findings; write: (line: CheckLine) => void },
): Promise<void> {
  const { specs, runsDir, engine: choice, keep, whole } = question;
  const cards = await findCards();
  const machine = { cards: cards.map(({ name }) => name) };
  await checkEngine(namedEngine(choice), { machine, findings });
  const reading: Reading = {
    dataFolder: dataFolder(runsDir),
    decoded: new DecodedStore({ cache: cacheOf(runsDir), note: (text) => void process.stderr.write(`${text}\n`) }),
    say: {
      note: (text) => findings.looked(text),
      warn: (warning) => findings.warn({ spec: null, path: ['data', 'folder'] }, warning),
    },
    onProgress: (what) => progressTo(what, write),
  };
  const keys = specs.map(checkedPart);
  const shapes = new Map<string, DatasetShape | null>();
  for (const [index, spec] of specs.entries()) {
    const data = canonicalJson(spec.data);
    const shape =
      shapes.get(data) ?? (shapes.has(data) ? null : await checkData(spec.data, { reading, findings, whole }));
    shapes.set(data, shape);
    if (shape === null) continue;
    warnOfData(shape, { index, spec, findings });
    if (keys.indexOf(keys[index] ?? '') !== index) continue;
    await checkNetwork({ index, spec, shape, findings, whole, engine: () => createEngine('onnx/cpu', machine) });
  }
  if (findings.isFaulty) return;
  await checkDiskRoom(specs, {
    runsDir,
    keep,
    shapeOf: ({ data }) => shapes.get(canonicalJson(data)) ?? null,
    findings,
  });
}

/** Warns as a run does. Where classes are known without the data, the text of the experiment is warned of already. */
function warnOfData(
  shape: DatasetShape,
  { index, spec: { data, distill }, findings }: { index: number; spec: RunSpec; findings: Findings },
): void {
  for (const warning of dataWarnings(shape, { data, distill: classesOf(data) === null ? distill : null })) {
    const isOfData = warning.place?.path === undefined;
    findings.warn(isOfData ? { spec: null, path: placeOfData(data) } : { spec: index, path: ['distill'] }, warning);
  }
}

/** What of a spec is checked: what differs in nothing of it is looked at once. */
function checkedPart({ data, model, weights, trainable, train: { batchSize, optimizer } }: RunSpec): string {
  return canonicalJson({ data, model, weights, trainable, batchSize, optimizer });
}

/** Milliseconds between two lines about the same long work. */
const progressInterval = 200;

function progressTo(what: string, write: (line: CheckLine) => void) {
  let last = performance.now();
  return (done: number, total: number): void => {
    const now = performance.now();
    if (now - last < progressInterval) return;
    last = now;
    write({ type: 'progress', what, done, total });
  };
}

await main();
// Threads of a driver may keep the process alive, or end it badly where they are torn down.
process.exit(0);
