import { publishedSets } from '../core/datasets/datasets.js';
import { oneOfWords, quoted } from '../core/spec/settings/allowed.js';

/** What can be typed: the commands, what follows them, and their options. */

export interface OptionShape {
  /** The word for its value in the help; null for one without a value. */
  readonly value: string | null;
  readonly repeatable?: boolean;
  readonly help: string;
}

export const optionNames = [
  'runs',
  'only',
  'force',
  'previous',
  'json',
  'format',
  'out',
  'batch',
  'clear',
  'sort',
  'keep',
  'checkpoints',
  'yes',
  'dry-run',
  'engine',
  'parallel',
  'probe',
  'gpu',
  'from-wheel',
  'url',
  'file',
  'trust',
  'help',
  'version',
] as const;
export type OptionName = (typeof optionNames)[number];

export const options: Readonly<Record<OptionName, OptionShape>> = {
  runs: {
    value: 'DIR',
    help: 'The runs folder. Without it: .distillery/runs in the nearest folder, from here upwards, that has .distillery, else here.',
  },
  only: {
    value: 'NAME',
    repeatable: true,
    help: 'Only the runs of this name, role or key, and the teachers they need. May be given several times.',
  },
  force: { value: null, help: 'Train again what is finished already, and begin anew what was stopped.' },
  previous: { value: null, help: 'Go on from the checkpoint before the last one, which is damaged.' },
  json: { value: null, help: 'Write JSON to stdout, for programs.' },
  format: {
    value: 'FORMAT',
    help: 'safetensors: the weights, as a PyTorch state dict. onnx: the network with its weights, for inference. tensorboard: the curves.',
  },
  out: { value: 'FILE', help: 'The file to write; of tensorboard the folder for a log folder a run.' },
  batch: { value: 'N', help: 'Pictures at a time that an ONNX file takes; 1 without it.' },
  clear: { value: null, help: 'Delete it.' },
  sort: { value: 'ORDER', help: 'By `time` (the oldest first) or by `size` (the largest first).' },
  keep: {
    value: 'HOW-MUCH',
    help: 'The logits that stay of each run: a budget such as "64 MB", or a number of epochs. Without it what its experiment says, 256 MB where it says nothing.',
  },
  checkpoints: {
    value: null,
    help: 'Also the weights of finished students and baselines that no other run needs: they can be looked at and compared, not exported or gone on with.',
  },
  yes: { value: null, help: 'Do not ask.' },
  'dry-run': { value: null, help: 'Only say what would be done.' },
  engine: {
    value: 'NAME',
    help: 'What computes, in place of what the experiment or the run says: auto, onnx/cpu, onnx/webgpu, onnx/cuda, onnx/coreml, onnx/directml, tensorflow or cpu.',
  },
  parallel: {
    value: 'N',
    help: 'Trainers at a time. Without it one, or one for each of several NVIDIA cards.',
  },
  probe: { value: null, help: 'Measure again what was measured before.' },
  gpu: { value: null, help: 'For the graphics card, through CUDA.' },
  'from-wheel': {
    value: 'VERSION|FILE',
    help: 'Take TensorFlow’s library from the Python wheel: of a version, such as 2.21.0, which pip fetches, or a file.',
  },
  url: { value: 'URL', help: 'Another address to download the archive from.' },
  file: { value: 'ARCHIVE', help: 'An archive that is there already: nothing is downloaded.' },
  trust: {
    value: null,
    help: 'Use TensorFlow where it lies in the folder of the experiment or above, from now on until its contents change. To use it is to run its code.',
  },
  help: { value: null, help: 'Show this.' },
  version: { value: null, help: 'Show the version.' },
};

export interface CommandShape {
  /** What follows the command, as the help writes it. */
  readonly operands: string;
  /** What an operand is called in a message. */
  readonly operand: string | null;
  readonly least: number;
  readonly most: number;
  readonly options: readonly OptionName[];
  readonly summary: string;
  readonly details: string;
}

export const commandNames = [
  'run',
  'list',
  'show',
  'compare',
  'verdict',
  'validate',
  'resume',
  'stop',
  'export',
  'prune',
  'cache',
  'engines',
  'data',
  'doctor',
] as const;
export type CommandName = (typeof commandNames)[number];

const published = publishedSets();
const pages = [...new Set(published.map(({ archive }) => archive.page))];

export const commands: Readonly<Record<CommandName, CommandShape>> = {
  run: {
    operands: '<experiment>',
    operand: 'an experiment file',
    least: 1,
    most: 1,
    options: ['runs', 'only', 'force', 'engine', 'parallel', 'trust', 'json'],
    summary: 'Train everything an experiment asks for: teachers, baselines, students.',
    details: [
      'Runs that are finished already, with the same spec, are reused; stopped and interrupted ones are resumed.',
      'Ctrl-C asks the trainer to save and leave; a second Ctrl-C ends it at once.',
      'With --json: one event a line, each an object with `event` and `run`; the last is `verdict`, of all its `runs`.',
    ].join('\n'),
  },
  list: {
    operands: '',
    operand: null,
    least: 0,
    most: 0,
    options: ['runs', 'sort', 'json'],
    summary: 'List the runs.',
    details: 'With --json: one array, a run an object.',
  },
  show: {
    operands: '<run>',
    operand: 'a run',
    least: 1,
    most: 1,
    options: ['runs', 'json'],
    summary: 'Show one run: what it is, how it went, what it holds.',
    details: 'With --json: one object, with the spec, the history by epoch and the last problem.',
  },
  compare: {
    operands: '<run> <run>…',
    operand: 'two runs',
    least: 2,
    most: Infinity,
    options: ['runs', 'json'],
    summary: 'Compare runs on the same test set: what differs, and each against the first.',
    details: [
      'The test of two runs is McNemar’s, exact, on the examples where one is right and the other wrong. The later run is',
      'better or worse where p is below 0.05; else the two cannot be told apart.',
    ].join(' '),
  },
  verdict: {
    operands: '<experiment>',
    operand: 'an experiment file',
    least: 1,
    most: 1,
    options: ['runs', 'json'],
    summary: 'Say whether the students of an experiment are better than their baselines.',
    details: [
      'With several seeds the interval and p hold for new seeds and new pictures together, corrected for all students that',
      'were tried; with one they hold for these networks. Nothing is trained: what is finished is told.',
      'With --json: one object, with the paired test of each seed in `comparisons`.',
    ].join('\n'),
  },
  validate: {
    operands: '<experiment>',
    operand: 'an experiment file',
    least: 1,
    most: 1,
    options: ['runs', 'trust', 'json'],
    summary: 'Check an experiment and all that it names, and say which runs it asks for.',
    details: [
      'All that a run does before its first step is done: data, weights and ONNX files are opened and networks are built for',
      'the pictures. Every problem is named with its line, what was found, what is allowed, and what to do.',
      'With --json: one object with `ok`, `runs`, `problems`, `warnings` and `looked`.',
    ].join('\n'),
  },
  resume: {
    operands: '<run>',
    operand: 'a run',
    least: 1,
    most: 1,
    options: ['runs', 'previous', 'engine', 'trust', 'json'],
    summary: 'Go on with a run that was stopped, interrupted or failed.',
    details: [
      'It ends with the same weights as if it had never been disturbed; with another engine, with nearly the same.',
      'An engine that is named here stays with the run.',
      'Of a run that trains the last two checkpoints are kept; a damaged one is refused, and put aside by --previous.',
    ].join('\n'),
  },
  stop: {
    operands: '<run>',
    operand: 'a run',
    least: 1,
    most: 1,
    options: ['runs'],
    summary: 'Ask the trainer of a run to save and leave, and see that it does.',
    details: 'A trainer that does not leave is ended by force; its last checkpoint stays.',
  },
  export: {
    operands: '<run>…',
    operand: 'a run',
    least: 1,
    most: Infinity,
    options: ['runs', 'format', 'out', 'batch'],
    summary: 'Write what runs have learned, or measured, for other programs.',
    details: [
      'Weights are those of the last checkpoint, by PyTorch’s names and in its layout.',
      'An ONNX file takes `images`, uint8 [N, height, width, channels], and gives `logits`, float32 [N, classes].',
    ].join('\n'),
  },
  prune: {
    operands: '[<run>…]',
    operand: null,
    least: 0,
    most: Infinity,
    options: ['runs', 'keep', 'checkpoints', 'yes', 'dry-run', 'json'],
    summary: 'Free space: delete logits of epochs between the first, the best and the last.',
    details: [
      'Of the runs that are named, or all of the folder. What would go is listed and asked about first. First, last and best',
      'epoch stay, and of the others every second, fourth, eighth … as there is room; a run that is trained is left alone.',
    ].join('\n'),
  },
  cache: {
    operands: '',
    operand: null,
    least: 0,
    most: 0,
    options: ['runs', 'clear', 'json'],
    summary: 'Show what runs share and can be made again, such as pictures for the panel.',
    details: 'With --clear it is deleted; runs stay as they are.',
  },
  engines: {
    operands: '[install tensorflow]',
    operand: null,
    least: 0,
    most: 2,
    options: ['probe', 'trust', 'json', 'gpu', 'from-wheel'],
    summary:
      'Show what this machine can train with, how fast it is, and why not with the rest; or install `tensorflow`.',
    details: [
      'Each engine is tried in a process of its own, once; the times are kept for this machine.',
      '`install tensorflow` installs that engine for you alone and tries it with a training step; every run with',
      '"engine": "tensorflow" finds it. The package fetches TensorFlow 2.9 with CUDA 11.2; where that is blocked or does',
      'not fit, take a wheel: distillery engines install tensorflow --from-wheel 2.21.0, with --gpu for CUDA 12.',
    ].join('\n'),
  },
  data: {
    operands: 'fetch <set>',
    operand: `\`fetch\` and a data set, ${oneOfWords(published.map(({ name }) => quoted(name)))}`,
    least: 2,
    most: 2,
    options: ['runs', 'url', 'file'],
    summary: `Download a data set, ${oneOfWords(published.map(({ archive }) => archive.title))}, to where experiments look for it.`,
    details: [
      `From the page of its authors, ${pages.join(', ')}. Size and md5 are checked, and a download`,
      'that broke off or was stopped goes on from where it was.',
      'Where there is no network: bring the archive from elsewhere and give it with --file.',
    ].join('\n'),
  },
  doctor: {
    operands: '',
    operand: null,
    least: 0,
    most: 0,
    options: ['runs'],
    summary: 'Say what a report of a fault should hold: versions, engines, cards, folders, the last failure.',
    details: 'Nothing private is in it: no names of people, experiments, classes or folders.',
  },
};

export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}

export function isOptionName(word: string): word is OptionName {
  return Object.hasOwn(options, word);
}
