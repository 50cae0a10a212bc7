import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sampleSpec, startedEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery } from './command.js';
import { runsIn, storedRun } from './storedRun.js';

/** Sets the title, clears the screen, goes up, rings, and turns what follows round. */
const hostile = '\x1b]0;owned\x07\x1b[2J\x9b1A\u202egnp\u2066\r';
const obeyed = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

describe('text of files on a terminal', () => {
  it('obeys nothing that a run or an experiment says', async (t) => {
    const cwd = await temporaryFolder(t);
    const folder = await storedRun(runsIn(cwd), {
      record: { spec: sampleSpec({ name: `sample ${hostile}` }) },
      entries: [
        { ...startedEntry(), device: hostile, classes: [hostile, 'b'] },
        { type: 'note', time: 2000, text: hostile },
        {
          type: 'failed',
          time: 3000,
          problem: { code: hostile, message: hostile, fix: hostile, place: { file: hostile, path: hostile } },
        },
      ],
    });
    mkdirSync(join(runsIn(cwd), `damaged ${hostile}`));
    writeFileSync(join(cwd, 'good.distill.json'), experiment(hostile, { dataset: 'mnist' }));
    writeFileSync(join(cwd, 'bad.distill.json'), experiment('x', { dataset: 'images', folder: hostile, [hostile]: 1 }));
    const commands = [
      ['list'],
      ['list', '--json'],
      ['show', folder.id],
      ['show', folder.id, '--json'],
      ['compare', folder.id, folder.id],
      ['resume', hostile],
      ['validate', 'good.distill.json'],
      ['validate', 'bad.distill.json'],
      ['validate', hostile],
      [hostile],
    ];
    for (const words of commands) {
      const { stdout, stderr } = await distillery(words, { cwd });
      assert.ok(stdout + stderr !== '', `${words.join(' ')} says nothing`);
      assert.doesNotMatch(stdout + stderr, obeyed, JSON.stringify(words));
    }
  });
});

function experiment(name: string, data: object): string {
  const model = { kind: 'mlp' };
  return JSON.stringify({ name, data, teacher: { model }, student: { model } });
}
