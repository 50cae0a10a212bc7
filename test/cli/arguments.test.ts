import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRequest, usageLine } from '../../src/cli/arguments.js';
import { formatProblem, ProblemError } from '../../src/core/problem.js';

const settings = {
  runs: null,
  only: [],
  force: false,
  json: false,
  format: null,
  out: null,
  batch: null,
  clear: false,
  sort: null,
  keep: null,
  checkpoints: false,
  yes: false,
  dryRun: false,
  previous: false,
  trust: false,
  gpu: false,
  fromWheel: null,
  engine: null,
  parallel: null,
  probe: false,
  url: null,
  file: null,
};

function diagnostic(...words: string[]): string {
  try {
    parseRequest(words);
  } catch (error) {
    if (error instanceof ProblemError) return formatProblem(error.problem);
    throw error;
  }
  return 'no diagnostic';
}

describe('parseRequest', () => {
  it('takes options before and after what they belong to', () => {
    assert.deepEqual(
      parseRequest(['--runs', 'a b', 'run', '--only=teacher', 'x.json', '--force', '--only', 'student', '--json']),
      {
        kind: 'command',
        command: 'run',
        operands: ['x.json'],
        settings: { ...settings, runs: 'a b', only: ['teacher', 'student'], force: true, json: true },
      },
    );
    assert.deepEqual(parseRequest(['list']), { kind: 'command', command: 'list', operands: [], settings });
  });

  it('takes everything behind -- as it stands', () => {
    assert.deepEqual(parseRequest(['show', '--', '--json']), {
      ...{ kind: 'command', command: 'show', operands: ['--json'], settings },
    });
  });

  it('helps whoever asks, and whoever says nothing', () => {
    assert.deepEqual(parseRequest([]), { kind: 'help', command: null });
    assert.deepEqual(parseRequest(['--help']), { kind: 'help', command: null });
    assert.deepEqual(parseRequest(['run', '--help']), { kind: 'help', command: 'run' });
    assert.deepEqual(parseRequest(['--version']), { kind: 'version' });
  });

  it('takes a value that begins with a dash behind an equals sign only', () => {
    const request = parseRequest(['list', '--runs=-x']);
    assert.equal(request.kind === 'command' && request.settings.runs, '-x');
    assert.equal(
      diagnostic('list', '--runs', '--json'),
      '`--runs` needs a value.\n  Write `--runs DIR`; `--runs=DIR` where it begins with a dash.',
    );
  });

  it('says what is not known, and the nearest that is', () => {
    assert.equal(diagnostic('lst'), '`lst` is no command.\n  Did you mean `distillery list`?');
    assert.equal(
      diagnostic('train'),
      '`train` is no command.\n  There are: run, list, show, compare, verdict, validate, resume, stop, export, prune, cache, engines, data, doctor.',
    );
    assert.equal(diagnostic('run', 'x', '--jsn'), '`distillery run` has no option `--jsn`.\n  Did you mean `--json`?');
    assert.equal(
      diagnostic('list', '--only', 'x'),
      '`distillery list` has no option `--only`.\n  See `distillery list --help`.',
    );
    assert.equal(diagnostic('list', '-j'), '`distillery list` has no option `-j`.\n  See `distillery list --help`.');
    assert.equal(diagnostic('list', '--json=yes'), '`--json` takes no value, found `yes`.\n  Write `--json` alone.');
  });

  it('says what is missing and what is too much', () => {
    assert.equal(
      diagnostic('run'),
      '`distillery run` needs an experiment file.\n' +
        '  Usage: distillery run <experiment> [--runs DIR] [--only NAME]… [--force] [--engine NAME] [--parallel N] [--trust] [--json]',
    );
    assert.equal(
      diagnostic('compare', 'a'),
      '`distillery compare` needs two runs.\n  Usage: distillery compare <run> <run>… [--runs DIR] [--json]',
    );
    assert.equal(
      diagnostic('stop', 'a', 'b'),
      '`b` is one word too many for `distillery stop`.\n  Usage: distillery stop <run> [--runs DIR]',
    );
  });

  it('writes the usage that the parser takes', () => {
    assert.equal(usageLine('validate'), 'distillery validate <experiment> [--runs DIR] [--trust] [--json]');
  });
});
