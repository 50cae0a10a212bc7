import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { readClassNames } from '../../src/core/classes/readClassNames.js';
import { parseExperiment } from '../../src/core/spec/experiment/experimentFile.js';
import { planRuns } from '../../src/core/spec/plan.js';
import { readCheckpointHead } from '../../src/run/checkpoint/checkpointHead.js';
import { describeAnswers } from '../../src/data/cache/answers.js';
import { describeDecoded } from '../../src/data/cache/decodedPictures.js';
import { readPictures } from '../../src/data/cache/pictures.js';
import { engineOf } from '../../src/run/engineOverride.js';
import { readLinks } from '../../src/run/experiment/experimentLinks.js';
import { sha256 } from '../../src/node/files/hash.js';
import { encodeSafetensors, readSafetensors } from '../../src/node/safetensors/safetensors.js';
import { readTextFile } from '../../src/node/files/textFile.js';
import { runFolder } from '../../src/run/folder.js';
import { lockOwner } from '../../src/node/locks/lock.js';
import { readLogits } from '../../src/run/logits/logits.js';
import { LogTail } from '../../src/run/log/logTail.js';
import { onnxCompanions } from '../../src/data/weights/onnxCompanions.js';
import { readRecord } from '../../src/run/runsFolder.js';
import { advance, initialState } from '../../src/run/state.js';
import { readShardIndex } from '../../src/data/weights/shardIndex.js';
import { weightsTensors } from '../../src/data/weights/weightsFile.js';
import { CurveColumns } from '../../src/serve/curveColumns.js';
import { readLogEnds } from '../../src/serve/logEnds.js';
import { parsePanelMessage } from '../../src/serve/panelMessage.js';
import { Decoder } from '../../src/trainer/data/decodePictures.js';
import { unzipped } from '../../src/trainer/data/dataFile.js';
import { idxSize, parseIdxImages, parseIdxLabels } from '../../src/trainer/data/idx.js';
import { cutBeforeHead } from '../../src/trainer/onnxFile/cut.js';
import { outputNames } from '../../src/trainer/onnxFile/outputNames.js';
import { epochEntry, sampleRecord, startedEntry, stepsEntry } from '../../test/run/sample.js';
import { toyModel } from '../../test/trainer/onnxFile/onnxModels.js';
import { zipped } from '../../test/zip.js';
import type { Form } from './mutate.js';

/** What reads a kind of file that somebody else may have written. */
export interface Reader {
  readonly name: string;
  readonly form: Form;
  /** Valid files. */
  readonly samples: readonly Uint8Array[];
  /** @param folder a folder of its own. @throws ProblemError for what is no such file; anything else is a fault */
  readonly read: (input: Uint8Array, folder: string) => Promise<unknown>;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** As a file of the name, and what reads it. */
function asFile(name: string, read: (path: string, folder: string) => Promise<unknown>): Reader['read'] {
  return (input, folder) => {
    const path = join(folder, name);
    writeFileSync(path, input);
    return read(path, folder);
  };
}

const record = sampleRecord();

const log = utf8(
  [startedEntry(), stepsEntry(1, 40), epochEntry(1), stepsEntry(101, 30, { loss: 1 }), epochEntry(2)]
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join(''),
);

async function readLogWhole(path: string): Promise<void> {
  const tail = new LogTail(path);
  const curves = new CurveColumns();
  let state = initialState(record);
  for (let more = true; more;) {
    const chunk = await tail.read();
    for (const entry of chunk.entries) {
      const after = advance(state, entry);
      curves.advance(entry, { before: state.seconds, after: after.seconds });
      state = after;
    }
    curves.take();
    more = chunk.more;
  }
  await readLogEnds(path);
}

const tensor = { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) } as const;
const labels = { dtype: 'I32', shape: [2], data: Int32Array.of(0, 1) } as const;
const position = JSON.stringify({ version: 1, specHash: record.specHash, step: 7 });
const pictures = { dtype: 'U8', shape: [2, 2, 2, 1], data: new Uint8Array(8) } as const;
const safetensors = (sums: boolean): readonly Uint8Array[] => [
  encodeSafetensors({ 'head.weight': tensor, 'head.bias': labels }, { distillery: position }, { sums }),
  encodeSafetensors({ logits: tensor, labels }, {}, { sums }),
  encodeSafetensors({ pictures, rows: tensor }, { distillery: position, about: position }, { sums }),
];

const idxHeader = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2];
const idx = [Uint8Array.from([...idxHeader, ...new Uint8Array(12)]), Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 2, 0, 1])];

/** As `torch.save` begins: a dictionary of names and tensors, in protocol 2. */
const pickle = Uint8Array.from(
  Buffer.from(
    '\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01(X\x06\x00\x00\x00weightq\x02ctorch._utils\n_rebuild_tensor_v2\nq\x03(K\x00tq\x04Rq\x05u.',
    'latin1',
  ),
);

/** A grey PNG of 4×4 pixels, and a bitmap of 2×2. */
const pictureFiles = [png(), bmp()];

function png(): Uint8Array {
  const chunk = (kind: string, data: Uint8Array): Uint8Array => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    // The check is looked at by the decoder: some inputs do not get further than that, those without chunks changed do.
    return Buffer.concat([length, Buffer.from(kind, 'latin1'), data, Buffer.alloc(4)]);
  };
  const head = Uint8Array.from([0, 0, 0, 4, 0, 0, 0, 4, 8, 0, 0, 0, 0]);
  const rows = deflateSync(new Uint8Array(20));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', new Uint8Array())]);
}

function bmp(): Uint8Array {
  const bytes = Buffer.alloc(14 + 40 + 16);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  for (const [at, value] of [
    [14, 40],
    [18, 2],
    [22, 2],
    [34, 16],
  ] as const)
    bytes.writeUInt32LE(value, at);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

const examples = readdirSync('examples')
  .filter((name) => name.endsWith('.distill.json'))
  .map((name) => new Uint8Array(readFileSync(join('examples', name))));

const data = { file: 'data', fix: 'Check it.' };

/** Every reader, the cheap ones first. */
export const readers: readonly Reader[] = [
  {
    name: 'experiment',
    form: 'text',
    samples: examples,
    read: async (input) => {
      const { experiment } = parseExperiment(text(input), { file: 'a.distill.json' });
      if (experiment !== null) planRuns(experiment, { sha256 });
      return Promise.resolve();
    },
  },
  { name: 'log', form: 'text', samples: [log], read: asFile('log.jsonl', readLogWhole) },
  {
    name: 'run record',
    form: 'text',
    samples: [json(record), json({ ...record, needs: [], later: { a: 1 } })],
    read: asFile('run.json', (_, folder) => readRecord(runFolder(folder))),
  },
  {
    name: 'lock',
    form: 'text',
    samples: [json({ version: 1, owner: { pid: 1, pidStart: 'a', host: 'b' }, held: 'flock' })],
    read: asFile('trainer.3f2504e0-4f89-41d3-9a0c-0305e82c3301.lock', (_, folder) =>
      lockOwner({ folder, name: 'trainer' }),
    ),
  },
  {
    name: 'engine file',
    form: 'text',
    samples: [utf8('onnx/cpu\n'), utf8('auto')],
    read: asFile('engine', (_, folder) => engineOf(runFolder(folder), record)),
  },
  {
    name: 'places of experiments',
    form: 'text',
    samples: [json({ version: 1, links: { '/a/b.distill.json': '../b.distill.json' } })],
    read: asFile('.experiments.json', (_, folder) => readLinks(folder)),
  },
  {
    name: 'text file',
    form: 'text',
    samples: [...examples, Buffer.from('\ufeff{"name": "ä"}', 'utf16le')],
    read: asFile('a.distill.json', (path) => readTextFile(path, { attempt: 'read the experiment' })),
  },
  {
    name: 'names of classes',
    form: 'text',
    samples: [utf8('cat\ndog\n'), json(['cat', 'dog']), json({ 0: 'cat', 1: ['a', 'b'] })],
    read: (input) => Promise.resolve(input).then((bytes) => readClassNames(text(bytes))),
  },
  {
    name: 'message of the panel',
    form: 'text',
    samples: [
      json({ type: 'ready', version: 1 }),
      json({ type: 'request', id: 1, request: 'logits', ask: { run: 'a', split: 'test', epoch: 1 } }),
      json({ type: 'command', command: 'stop', run: 'a' }),
    ],
    read: async (input) => {
      const value: unknown = await Promise.resolve(input).then((bytes) => parsedOr(text(bytes)));
      return parsePanelMessage(value);
    },
  },
  { name: 'safetensors', form: 'text', samples: safetensors(false), read: asFile('a', readSafetensors) },
  { name: 'safetensors with sums', form: 'bytes', samples: safetensors(true), read: asFile('a', readSafetensors) },
  { name: 'checkpoint', form: 'text', samples: safetensors(false), read: asFile('a', readCheckpointHead) },
  { name: 'logits', form: 'bytes', samples: safetensors(false), read: asFile('a', readLogits) },
  {
    name: 'cache',
    form: 'text',
    samples: safetensors(false),
    read: asFile('a', async (path) => {
      const ended = await Promise.allSettled([
        readPictures(path, [0, 1]),
        describeAnswers(path),
        describeDecoded(path),
      ]);
      for (const each of ended) if (each.status === 'rejected') throw each.reason;
    }),
  },
  {
    name: 'shard index',
    form: 'text',
    samples: [json({ metadata: {}, weight_map: { 'head.weight': 'a', 'head.bias': 'a' } })],
    read: asFile('a', readShardIndex),
  },
  {
    name: 'weights of other formats',
    form: 'bytes',
    samples: [
      pickle,
      zipped({ 'a/constants.pkl': 'x', 'a/version': '3' }),
      zipped({ 'a/data.pkl': text(pickle) }),
      ...safetensors(false),
    ],
    read: asFile('a', weightsTensors),
  },
  {
    name: 'ONNX model',
    form: 'bytes',
    samples: [toyModel().bytes, toyModel({ companion: 'weights', label: true }).bytes],
    read: asFile('a', async (path) => {
      const bytes = readFileSync(path);
      await onnxCompanions(path);
      await outputNames(path);
      cutBeforeHead(bytes, { file: path, output: null, features: null });
    }),
  },
  {
    name: 'IDX',
    form: 'bytes',
    samples: idx,
    read: (input) =>
      Promise.resolve(input).then((bytes) =>
        bytes[3] === 1 ? parseIdxLabels(bytes, data) : parseIdxImages(bytes, data),
      ),
  },
  {
    name: 'IDX with gzip',
    form: 'bytes',
    samples: idx.map((bytes) => gzipSync(bytes)),
    read: async (input) => parseIdxImages(await unzipped(input, data, idxSize), data),
  },
  {
    name: 'picture',
    form: 'bytes',
    samples: pictureFiles,
    read: asFile('a', async (path) => (await decoder()).sizeOf(path)),
  },
];

let loaded: Promise<Decoder> | null = null;
const decoder = (): Promise<Decoder> => (loaded ??= Decoder.load());

function parsedOr(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return source;
  }
}
