import { optionWords, usageLine } from './arguments.js';
import { commandNames, commands, optionNames, options, type CommandName, type OptionName } from './commands.js';
import { padded } from './displayWidth.js';

/** The page of `distillery --help`, or of one command. */
export function helpPage(command: CommandName | null): string {
  return command === null ? overview() : commandPage(command);
}

function overview(): string {
  return [
    'distillery: knowledge distillation of image classifiers.',
    '',
    'A student is trained twice, alone (the baseline) and with the soft labels of a teacher, and compared on the same',
    'test set. What to train is said in an experiment file, *.distill.json; each run has a folder of its own.',
    '',
    'Usage:',
    ...commandNames.map((name) => `  ${usageLine(name)}`),
    '',
    'Commands:',
    ...rows(commandNames.map((name) => [name, commands[name].summary])),
    '',
    'Options:',
    ...optionRows(optionNames),
    '',
    '<run> is the id of a run, a start of it that no other run has, the path of a run folder, or `latest`.',
    '',
    'Exit codes: 0 done, 1 a run failed or was stopped, 2 the input was wrong.',
    '',
    'A first try:  distillery run examples/mnist-quick.distill.json',
    'One command:  distillery run --help',
  ].join('\n');
}

function commandPage(command: CommandName): string {
  const { summary, details } = commands[command];
  const names: OptionName[] = [...commands[command].options, 'help'];
  const { operand } = commands[command];
  const reference =
    operand === 'a run' || operand === 'two runs'
      ? ['', '<run> is the id of a run, a start of it that no other run has, the path of a run folder, or `latest`.']
      : [];
  return [
    `Usage: ${usageLine(command)}`,
    '',
    summary,
    details,
    ...reference,
    '',
    'Options:',
    ...optionRows(names),
  ].join('\n');
}

function optionRows(names: readonly OptionName[]): string[] {
  return rows(names.map((name) => [optionWords(name), options[name].help]));
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${padded(left, width)}  ${right}`);
}
