import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyExamples } from '../../scripts/editor/copyExamples.js';

/** One window of an editor, and the tests that run in it. */
export interface TestWindow {
  /** A folder or a `.code-workspace` file; null for a window without a folder. */
  readonly open: string | null;
  /** The folder of the tests, below this one. */
  readonly tests: string;
}

/** Windows of one editor, one after the other; a window that is opened again has kept what it remembers. */
export interface Suite {
  readonly name: string;
  readonly trusted: boolean;
  /** @param home a folder for what is opened */
  readonly windows: (home: string) => readonly TestWindow[];
}

export const suites: readonly Suite[] = [
  {
    name: 'trusted workspace',
    trusted: true,
    windows: (home) => [{ open: copyExamples(home), tests: '' }],
  },
  {
    // In an editor of its own: the JSON server of code-server does not come up in every later window.
    name: 'two folders, the same reloaded, no folder',
    trusted: true,
    windows: (home) => {
      const roots = twoRoots(home);
      return [
        { open: roots, tests: 'roots' },
        { open: roots, tests: 'reloaded' },
        { open: null, tests: 'empty' },
      ];
    },
  },
  {
    name: 'untrusted workspace',
    trusted: false,
    windows: (home) => [{ open: copyExamples(home), tests: 'untrusted' }],
  },
];

/** A workspace of two folders, the second of which keeps its runs elsewhere. */
function twoRoots(home: string): string {
  for (const name of ['first', 'second/.vscode']) mkdirSync(join(home, name), { recursive: true });
  writeFileSync(join(home, 'second/.vscode/settings.json'), JSON.stringify({ 'distillery.runsFolder': 'kept/runs' }));
  const file = join(home, 'two.code-workspace');
  // After the reload nobody is there to be asked.
  const settings = { 'distillery.continueAfterReload': 'always' };
  writeFileSync(file, JSON.stringify({ folders: [{ path: 'first' }, { path: 'second' }], settings }));
  return file;
}
