import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { problemOf, ProblemError } from '../../src/core/problem.js';
import type { DamagedPanelRun, PanelRun, ToHost, ToPanel } from '../../src/panel/protocol.js';
import { logitsName, runFolder } from '../../src/run/folder.js';
import { readLogits } from '../../src/run/logits.js';
import { LogTail, readAll } from '../../src/run/logTail.js';
import { readRun, type Run } from '../../src/run/run.js';
import { StepColumns } from '../../src/run/steps.js';
import type { PageHost } from './panelPage.js';

/** Shows run folders as they lie there now. */
export function storedRuns(open: readonly string[], post: (message: ToPanel) => void): PageHost {
  return {
    receive(message) {
      void answer(message as ToHost, open, post);
    },
    dispose() {
      // Nothing is held.
    },
  };
}

async function answer(message: ToHost, open: readonly string[], post: (message: ToPanel) => void): Promise<void> {
  if (message.type === 'ready') return send(open, post);
  if (message.type === 'command') return;
  try {
    if (message.name === 'logits') {
      const path = join(message.run, logitsName({ split: message.split, epoch: message.epoch }));
      post({ type: 'answer', id: message.id, name: 'logits', answer: await readLogits(path) });
    } else if (message.name === 'folder') {
      const names = await readdir(message.run, { recursive: true });
      const files = await Promise.all(
        names.map(async (name) => ({ name, bytes: (await stat(join(message.run, name))).size })),
      );
      const output = await readFile(join(message.run, 'trainer.log'), 'utf8');
      post({ type: 'answer', id: message.id, name: 'folder', answer: { files, output, logProblems: [] } });
    } else {
      throw new ProblemError({ code: 'pictures-not-kept', message: 'No pictures were kept.' });
    }
  } catch (error) {
    post({ type: 'refusal', id: message.id, problem: problemOf(error) });
  }
}

async function send(open: readonly string[], post: (message: ToPanel) => void): Promise<void> {
  const found = new Map<string, Run>();
  const damaged: DamagedPanelRun[] = [];
  const load = async (path: string): Promise<void> => {
    if (found.has(path)) return;
    const run = await readRun(runFolder(path));
    if (run.kind === 'run') found.set(path, run);
    else if (open.includes(path)) damaged.push({ key: path, problem: run.problem });
  };
  for (const path of open) await load(path);
  for (const { folder, record } of [...found.values()])
    for (const id of relatedTo(record)) await load(join(dirname(folder.path), id));
  const keyOf = (path: string): string | null => (found.has(path) ? path : null);
  const runs = [...found].map(([key, { record }]): PanelRun => {
    const beside = (id: string): string | null => keyOf(join(dirname(key), id));
    return {
      key,
      record,
      reason: open.includes(key) ? 'opened' : 'related',
      teachers: record.teachers.map(beside),
      baseline: record.baseline === null ? null : beside(record.baseline),
    };
  });
  post({ type: 'runs', runs, damaged, mayRun: true });
  for (const [key, { state, folder }] of found) {
    post({ type: 'status', run: key, status: state });
    post({ type: 'epochs', run: key, from: 0, epochs: state.history });
    const columns = new StepColumns();
    for (const entry of (await readAll(new LogTail(folder.log))).entries) columns.advance(entry);
    const { length } = columns;
    const seconds = Float32Array.from({ length }, (_, step) => (state.seconds * (step + 1)) / length);
    post({
      type: 'steps',
      run: key,
      from: 0,
      count: length,
      columns: Object.fromEntries(
        (['loss', 'distillationLoss', 'studentLoss', 'learningRate', 'examplesPerSecond'] as const)
          .map((name) => [name, columns.column(name)] as const)
          .filter(([, column]) => !column.every(Number.isNaN)),
      ),
      seconds,
      loggedAt: state.lastTime ?? 0,
    });
    post({ type: 'caughtUp', run: key });
  }
}

function relatedTo({ teachers, baseline }: { teachers: string[]; baseline: string | null }): string[] {
  return baseline === null ? teachers : [...teachers, baseline];
}
