import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { continuedWords } from '../../core/continuedWords.js';
import { accuracyWords } from '../../core/evaluation/accuracyWords.js';
import { formatProblem } from '../../core/problem.js';
import type { EntryOf } from '../../run/log/entry.js';
import { ExperimentHomes } from '../../run/experiment/experimentHome.js';
import type { RunFolder } from '../../run/folder.js';
import { movedRecord } from '../../run/experiment/relocate.js';
import type { Run } from '../../run/run.js';
import { runSize, type RunSize } from '../../run/runSize.js';
import { displayWidth, padded } from '../displayWidth.js';
import { noteLink, noteLogProblems } from './listCommand.js';
import type { Output } from '../output.js';
import { followUp, readNamedRun, type Runs } from '../runReference.js';
import { summaryOf } from '../runSummary.js';
import { settingWords } from '../../core/spec/settings/settingWords.js';
import { table, type Column } from '../table.js';
import { weightsWords } from '../../core/weightsWords.js';
import { bytes, count, duration, harmless, loss, none, percent } from '../../core/words.js';

/** `distillery show`: all that is known of a run, as a page or as JSON. */
export async function showCommand(
  { reference, runs, json }: { reference: string; runs: Runs; json: boolean },
  output: Output,
): Promise<number> {
  const found = await readNamedRun(reference, runs);
  noteLogProblems(found, output);
  await noteLink(found.folder, output);
  // Of a folder that was moved what the run names is shown where it lies now.
  const { spec } = await movedRecord(found.folder, found.record);
  const run = { ...found, record: { ...found.record, spec } };
  output.result(json ? JSON.stringify(detailsOf(run, await runSize(run.folder)), null, 2) : await page(run, runs));
  return 0;
}

/** What `show --json` writes: the object of the list, and the spec, the history by epoch and the last problem. */
function detailsOf(run: Run, size: RunSize) {
  return {
    ...summaryOf(run),
    size,
    spec: run.record.spec,
    continuedFrom: run.record.continuedFrom ?? null,
    history: run.state.history.map(({ epoch, step, seconds, train, validation, test, logits }) => ({
      ...{ epoch, step, seconds, train, validation: validation ?? null, test, logits },
    })),
    weights: run.state.weights,
    notes: run.state.notes,
    warnings: run.state.warnings,
    gaps: run.state.gaps,
    problem: run.state.problem,
  };
}

async function page(run: Run, runs: Runs): Promise<string> {
  const { folder, record, state } = run;
  const experimentFile = await new ExperimentHomes().of({ record, runsDir: dirname(folder.path) });
  const sections = [
    `${folder.id}: ${stateWords(run)}`,
    pairs(settingsOf(run, experimentFile)),
    ...(state.history.length === 0 ? [] : [historyTable(state.history)]),
    ...state.warnings.map((warning) => `Warning: ${formatProblem(warning)}`),
    ...(state.problem === null ? [] : [`Problem: ${formatProblem(state.problem)}`]),
    `Files in ${folder.path}, ${sizeWords(await runSize(folder))}:\n${table(await filesOf(folder), fileColumns)}`,
    ...nextOf(run, runs),
  ];
  return sections.join('\n\n');
}

function sizeWords({ total, checkpoint, logits, log }: RunSize): string {
  return `${bytes(total)} (checkpoint ${bytes(checkpoint)}, logits ${bytes(logits)}, log ${bytes(log)})`;
}

function stateWords({ state }: Run): string {
  const { epoch, epochs, test, seconds } = state;
  const result = test === null ? [] : [`${count(test.errors)} errors of ${count(test.n)} (${accuracyWords(test)})`];
  return [state.state, `epoch ${epoch} of ${epochs}`, ...result, duration(seconds)].join(', ');
}

function settingsOf({ record, state }: Run, experimentFile: string | null): [string, string][] {
  const { spec, experiment, teachers, baseline, git, versions, execution, created, specHash, continuedFrom } = record;
  const { started } = state;
  const lost = experiment.file === null ? '' : ` (${experiment.file}, which cannot be found any more)`;
  const file = experimentFile === null ? lost : ` (${experimentFile})`;
  const dirty = git?.dirty === true ? ', with uncommitted changes' : '';
  return [
    ['role', `${spec.role} \`${spec.name}\`, seed ${spec.seed}`],
    ['experiment', `${experiment.name}${file}`],
    ['created', created],
    ...(continuedFrom === undefined
      ? []
      : [['continued from', continuedWords(continuedFrom)] satisfies [string, string]]),
    ['data', settingWords(spec.data)],
    [
      'model',
      `${settingWords(spec.model)}${started === null || started.parameters === 0 ? '' : `; ${count(started.parameters)} parameters`}`,
    ],
    ['weights', state.weights === null ? settingWords(spec.weights) : weightsWords(state.weights)],
    ['trainable', spec.trainable],
    [
      'train',
      `epochs ${spec.train.epochs}, batchSize ${spec.train.batchSize}, maxNorm ${settingWords(spec.train.maxNorm)}`,
    ],
    ['optimizer', settingWords(spec.train.optimizer)],
    ['schedule', settingWords(spec.train.schedule)],
    ['augment', settingWords(spec.train.augment)],
    ['distill', spec.distill === null ? 'no: hard labels only' : settingWords(spec.distill)],
    ['teachers', teachers.length === 0 ? none : teachers.join(', ')],
    ['baseline', baseline ?? none],
    ['engine', started === null ? execution.engine : `${started.engine} on ${started.device}, host ${started.host}`],
    ...state.notes.map((text): [string, string] => ['note', text]),
    ['versions', settingWords(versions)],
    ['git', git === null ? none : `${git.commit}${dirty}`],
    ['spec hash', specHash],
  ];
}

function pairs(settings: readonly (readonly [string, string])[]): string {
  const width = Math.max(...settings.map(([name]) => displayWidth(name)));
  return settings.map(([name, value]) => `${padded(name, width)}  ${harmless(value)}`).join('\n');
}

function historyTable(history: readonly EntryOf<'epoch'>[]): string {
  const validated = history.some(({ validation }) => validation !== undefined);
  const validation: Column<EntryOf<'epoch'>>[] = [
    {
      title: 'validation errors',
      align: 'right',
      cell: ({ validation: metrics }) => (metrics === undefined ? none : count(metrics.errors)),
    },
  ];
  return table(history, [
    { title: 'epoch', align: 'right', cell: ({ epoch }) => String(epoch) },
    { title: 'step', align: 'right', cell: ({ step }) => count(step) },
    { title: 'train loss', align: 'right', cell: ({ train }) => (train === undefined ? none : loss(train.loss)) },
    {
      title: 'train accuracy',
      align: 'right',
      cell: ({ train }) => (train === undefined ? none : percent(train.accuracy)),
    },
    ...(validated ? validation : []),
    { title: 'test loss', align: 'right', cell: ({ test }) => loss(test.loss) },
    { title: 'test errors', align: 'right', cell: ({ test }) => count(test.errors) },
    { title: 'test accuracy', align: 'right', cell: ({ test }) => accuracyWords(test) },
    { title: 'time', align: 'right', cell: ({ seconds }) => duration(seconds) },
  ]);
}

interface FileRow {
  readonly name: string;
  readonly bytes: number;
}

const fileColumns: readonly Column<FileRow>[] = [
  { title: '  file', cell: ({ name }) => `  ${name}` },
  { title: 'bytes', align: 'right', cell: ({ bytes }) => count(bytes) },
];

/** The files of a run; those of the logits, one an epoch and a split, as one row. */
async function filesOf(folder: RunFolder): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for (const item of await readdir(folder.path, { withFileTypes: true })) {
    const path = join(folder.path, item.name);
    if (item.isFile()) rows.push({ name: item.name, bytes: await sizeOf(path) });
    if (!item.isDirectory()) continue;
    // One that may not be looked into hides nothing else of the run.
    const inner = await readdir(path).catch(() => null);
    let bytes = 0;
    for (const name of inner ?? []) bytes += await sizeOf(join(path, name));
    rows.push({ name: `${item.name}/ (${inner === null ? 'cannot be read' : count(inner.length)})`, bytes });
  }
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A trainer at work replaces its files: one that is gone again has no size. */
function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function nextOf({ folder, state }: Run, runs: Runs): string[] {
  switch (state.state) {
    case 'waiting':
    case 'stopped':
    case 'failed':
    case 'interrupted':
      return [`Go on with it: ${followUp('resume', folder, runs)}`];
    case 'running':
      return [`Stop it: ${followUp('stop', folder, runs)}`];
    case 'finished':
      return [];
  }
}
