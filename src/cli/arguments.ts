import { parseArgs } from 'node:util';
import { ProblemError } from '../core/problem.js';
import { nearest } from '../core/spec/settings/suggestion.js';
import {
  commandNames,
  commands,
  isCommandName,
  isOptionName,
  optionNames,
  options,
  type CommandName,
  type OptionName,
} from './commands.js';

/** What was asked for on the command line, checked. */
export type Request =
  | { readonly kind: 'help'; readonly command: CommandName | null }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'command';
      readonly command: CommandName;
      readonly operands: Operands;
      readonly settings: Settings;
    };

export type Operands = readonly string[];

/** The values of the options. */
export interface Settings {
  /** The runs folder that was named; null for the usual one. */
  readonly runs: string | null;
  readonly only: readonly string[];
  readonly force: boolean;
  readonly json: boolean;
  /** Texts as they were typed; null where nothing was. */
  readonly format: string | null;
  readonly out: string | null;
  readonly batch: string | null;
  readonly clear: boolean;
  readonly previous: boolean;
  readonly sort: string | null;
  readonly keep: string | null;
  readonly checkpoints: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly engine: string | null;
  readonly parallel: string | null;
  readonly probe: boolean;
  readonly gpu: boolean;
  readonly fromWheel: string | null;
  readonly url: string | null;
  readonly file: string | null;
  readonly trust: boolean;
}

/**
 * Understands the words after `distillery`.
 * @throws ProblemError `usage` for what is not known or missing, with the nearest that is
 */
export function parseRequest(words: readonly string[]): Request {
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      optionNames.map((name) => [name, { type: options[name].value === null ? 'boolean' : 'string' }] as const),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals = tokens.filter((token) => token.kind === 'positional').map(({ value }) => value);
  const [word, ...operands] = positionals;
  const given = tokens.filter((token) => token.kind === 'option');
  const command = word === undefined ? null : commandOf(word);
  const allowed = [...(command === null ? [] : commands[command].options), 'help', 'version'] as const;
  const values: { name: OptionName; value: string | undefined }[] = given.map((option) => ({
    name: optionOf(option, { allowed, command }),
    value: option.value,
  }));
  const has = (name: OptionName): boolean => values.some((each) => each.name === name);
  if (has('help')) return { kind: 'help', command };
  if (has('version')) return { kind: 'version' };
  if (command === null) return { kind: 'help', command };
  checkOperands(command, operands);
  const texts = (name: OptionName): string[] =>
    values.flatMap((each) => (each.name === name && each.value !== undefined ? [each.value] : []));
  return {
    kind: 'command',
    command,
    operands,
    settings: {
      runs: texts('runs').at(-1) ?? null,
      only: texts('only'),
      force: has('force'),
      json: has('json'),
      format: texts('format').at(-1) ?? null,
      out: texts('out').at(-1) ?? null,
      batch: texts('batch').at(-1) ?? null,
      clear: has('clear'),
      previous: has('previous'),
      sort: texts('sort').at(-1) ?? null,
      keep: texts('keep').at(-1) ?? null,
      checkpoints: has('checkpoints'),
      yes: has('yes'),
      dryRun: has('dry-run'),
      engine: texts('engine').at(-1) ?? null,
      parallel: texts('parallel').at(-1) ?? null,
      probe: has('probe'),
      gpu: has('gpu'),
      fromWheel: texts('from-wheel').at(-1) ?? null,
      url: texts('url').at(-1) ?? null,
      file: texts('file').at(-1) ?? null,
      trust: has('trust'),
    },
  };
}

function commandOf(word: string): CommandName {
  if (isCommandName(word)) return word;
  const near = nearest(word, commandNames);
  throw usage({
    message: `\`${word}\` is no command.`,
    fix: near === null ? `There are: ${commandNames.join(', ')}.` : `Did you mean \`distillery ${near}\`?`,
  });
}

interface GivenOption {
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Whether the value was written behind `=`. */
  readonly inlineValue: boolean | undefined;
}

function optionOf(
  { name, rawName, value, inlineValue }: GivenOption,
  { allowed, command }: { allowed: readonly OptionName[]; command: CommandName | null },
): OptionName {
  const of = command === null ? 'distillery' : `distillery ${command}`;
  if (!isOptionName(name) || !rawName.startsWith('--') || !allowed.includes(name)) {
    const near = nearest(name, allowed);
    throw usage({
      message: `\`${of}\` has no option \`${rawName}\`.`,
      fix: near === null || near === name ? `See \`${of} --help\`.` : `Did you mean \`--${near}\`?`,
    });
  }
  const shape = options[name];
  if (shape.value === null && value !== undefined) {
    throw usage({ message: `\`--${name}\` takes no value, found \`${value}\`.`, fix: `Write \`--${name}\` alone.` });
  }
  // `--runs --json` is a value forgotten and not a folder called --json.
  const forgotten = value === undefined || value === '' || (inlineValue === false && value.startsWith('-'));
  if (shape.value !== null && forgotten) {
    throw usage({
      message: `\`--${name}\` needs a value.`,
      fix: `Write \`--${name} ${shape.value}\`; \`--${name}=${shape.value}\` where it begins with a dash.`,
    });
  }
  return name;
}

function checkOperands(command: CommandName, operands: Operands): void {
  const shape = commands[command];
  const fix = `Usage: ${usageLine(command)}`;
  if (operands.length < shape.least) {
    const need = shape.operand ?? 'more';
    throw usage({ message: `\`distillery ${command}\` needs ${need}.`, fix });
  }
  const extra = operands[shape.most];
  if (extra !== undefined) {
    throw usage({ message: `\`${extra}\` is one word too many for \`distillery ${command}\`.`, fix });
  }
}

/** `distillery show <run> [--runs DIR] [--json]`. */
export function usageLine(command: CommandName): string {
  const shape = commands[command];
  const optional = shape.options.map((name) => `[${optionWords(name)}]${options[name].repeatable === true ? '…' : ''}`);
  return ['distillery', command, shape.operands, ...optional].filter((part) => part !== '').join(' ');
}

/** `--runs DIR`. */
export function optionWords(name: OptionName): string {
  const { value } = options[name];
  return value === null ? `--${name}` : `--${name} ${value}`;
}

function usage({ message, fix }: { message: string; fix: string }): ProblemError {
  return new ProblemError({ code: 'usage', message, fix });
}
