import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { distillery } from './extension.js';
import { until } from './until.js';

const whole = {
  name: 'tiny',
  data: { dataset: 'mnist' },
  teacher: { model: { kind: 'mlp', hidden: [16] } },
  student: { model: { kind: 'mlp', hidden: [8] } },
};

/** How editors treat `*.distill.json`: nobody but a real one can say. */
describe('an experiment file in the editor', () => {
  let folder: string;
  let number = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distillery-'));
    await distillery().activate();
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  /** A text in an editor; `|` marks a place in it. */
  async function open(marked: string): Promise<{ document: vscode.TextDocument; place: vscode.Position }> {
    const offset = marked.indexOf('|');
    const text = marked.replace('|', '');
    const file = join(folder, `${number++}.distill.json`);
    await writeFile(file, text);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
    await vscode.window.showTextDocument(document);
    return { document, place: document.positionAt(Math.max(0, offset)) };
  }

  function json(changes: Readonly<Record<string, unknown>> = {}): string {
    return JSON.stringify({ ...whole, ...changes }, null, 2);
  }

  function diagnostics({ uri }: vscode.TextDocument): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(uri);
  }

  async function suggested(marked: string): Promise<string[]> {
    const { document, place } = await open(marked);
    const labels = async (): Promise<string[]> => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        place,
      );
      return list.items
        .filter(({ kind }) => kind !== vscode.CompletionItemKind.Snippet)
        .map(({ label }) => (typeof label === 'string' ? label : label.label).replaceAll('"', ''));
    };
    // VS Code's JSON server is started by the first of its files, and reads the schema then.
    return acceptable('suggestions', labels, (found) => found.length > 0);
  }

  async function hovers(marked: string): Promise<string> {
    const { document, place } = await open(marked);
    const text = async (): Promise<string> => {
      const all = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        place,
      );
      return all
        .flatMap(({ contents }) => contents)
        .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
        .join('\n');
    };
    return acceptable('a hover', text, (found) => found !== '');
  }

  async function lenses(document: vscode.TextDocument): Promise<string[]> {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    return found.map(({ command }) => command?.title ?? '');
  }

  it('is underlined where a run would end before its first step: at data that was not fetched, and at batches too large', async () => {
    const { document } = await open(json({ data: { dataset: 'cifar10' } }));
    const found = async (wanted: string): Promise<vscode.Diagnostic | undefined> => {
      const all = (): Promise<vscode.Diagnostic[]> => Promise.resolve(diagnostics(document));
      return (await acceptable(wanted, all, (each) => each.some(({ code }) => code === wanted))).find(
        ({ code }) => code === wanted,
      );
    };
    const missing = await found('dataset-missing');
    assert.equal(document.getText(missing?.range), '"cifar10"');
    assert.match(missing?.message ?? '', /distillery data fetch cifar10/);

    const edit = new vscode.WorkspaceEdit();
    const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
    const data = { dataset: 'mnist', limit: { train: 100 } };
    edit.replace(document.uri, all, json({ data, student: { ...whole.student, train: { batchSize: 128 } } }));
    await vscode.workspace.applyEdit(edit);
    const large = await found('too-few-examples');
    assert.equal(document.getText(large?.range), '128');
    assert.equal(diagnostics(document).length, 1);
    await document.save();
  });

  it('has a language of its own', async () => {
    const { document } = await open(json());
    assert.equal(document.languageId, 'distill');
  });

  it('is underlined where it is wrong, once, with what to do', async () => {
    const { document } = await open(json({ distill: { temprature: 20 } }));
    const [problem, ...more] = await acceptable(
      'a diagnostic',
      () => diagnostics(document),
      (found) => found.length > 0,
    );
    assert.ok(problem !== undefined);
    assert.equal(document.getText(problem.range), '"temprature"');
    assert.match(problem.message, /is not a setting of `distill`[^]*Did you mean `temperature`\?/);
    assert.deepEqual([problem.source, problem.code], ['Distillery', 'experiment-unknown-key']);
    assert.deepEqual(more, []);
  });

  it('has a warning where it runs and does not mean what it seems to, also once its files were found', async () => {
    for (const name of ['pictures', 'labels']) await writeFile(join(folder, name), '');
    const pair = { images: 'pictures', labels: 'labels' };
    const data = { dataset: 'idx', train: pair, test: pair, classes: ['no', 'yes'] };
    const { document } = await open(json({ data, distill: { standardize: true } }));
    const [warning, ...more] = await acceptable(
      'a diagnostic',
      () => diagnostics(document),
      (found) => found.length > 0,
    );
    assert.ok(warning !== undefined);
    assert.deepEqual(
      [warning.severity, warning.code, document.getText(warning.range)],
      [vscode.DiagnosticSeverity.Warning, 'experiment-standardize', 'true'],
    );
    assert.deepEqual(more, []);
    const titles = await acceptable(
      'the lenses of an experiment that runs',
      () => lenses(document),
      (found) => found.length > 0,
    );
    assert.ok(!titles.some((title) => title.includes('problem')), titles.join());
    assert.equal(diagnostics(document).length, 1);
  });

  it('takes comments and a comma at the end, as the parser does', async () => {
    const { document } = await open(`// why\n${json({ seeds: [0] }).replace(/\}$/, '  ,}')}`);
    const wrong = await open(json({ nonsense: 1 }));
    await acceptable(
      'the other file to be underlined',
      () => diagnostics(wrong.document),
      (found) => found.length > 0,
    );
    assert.deepEqual(diagnostics(document), []);
  });

  it('is said to be no JSON by the editor alone', async () => {
    const { document } = await open('{ "name": "x" "data": {} }');
    const found = await acceptable(
      'a diagnostic',
      () => diagnostics(document),
      (all) => all.length > 0,
    );
    assert.deepEqual(
      found.filter(({ source }) => source === 'Distillery'),
      [],
    );
  });

  it('is underlined anew while it is changed', async () => {
    const { document } = await open(json({ distill: { alpha: 2 } }));
    await acceptable(
      'a diagnostic',
      () => diagnostics(document),
      (found) => found.length === 1,
    );
    const edit = new vscode.WorkspaceEdit();
    const at = document.getText().indexOf('"alpha": 2') + '"alpha": '.length;
    edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 1)), '1');
    await vscode.workspace.applyEdit(edit);
    await acceptable(
      'no diagnostic',
      () => diagnostics(document),
      (found) => found.length === 0,
    );
  });

  it('is fixed by the quick fix', async () => {
    const { document } = await open(json({ distill: { temprature: 20 } }));
    const at = document.positionAt(document.getText().indexOf('temprature') + 3);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(at, at),
    );
    const [fix] = actions.filter(({ title }) => title === 'Write "temperature"');
    assert.ok(fix?.edit !== undefined, actions.map(({ title }) => title).join());
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /"temperature": 20/);
  });

  it('completes keys, and values that are one of a few', async () => {
    const keys = await suggested(json({ distill: 'X' }).replace('"X"', '{ "|" }'));
    assert.ok(keys.includes('temperature') && keys.includes('alpha'), keys.join());
    const losses = await suggested(json({ distill: { loss: 'X' } }).replace('"X"', '|'));
    assert.ok(losses.includes('hinton') && losses.includes('snippet'), losses.join());
    const swept = await suggested(json({ sweep: 'X' }).replace('"X"', '{ "|" }'));
    assert.ok(swept.includes('distill.temperature') && swept.includes('student.model.hidden'), swept.join());
  });

  it('explains a setting under the pointer, also while the file is wrong', async () => {
    const text = await hovers(json({ distill: { temperature: -1 } }).replace('"temperature"', '"tempe|rature"'));
    assert.match(text, /divides the logits before the softmax/);
  });

  it('shows the runs of a sweep under the pointer', async () => {
    const marked = json({ sweep: { 'distill.temperature': [2, 4] } }).replace('"sweep"', '"sw|eep"');
    const text = await hovers(marked);
    assert.match(text, /4 runs/);
    assert.match(text, /student t4 a0\.9 s0/);
  });

  it('has the lenses of what can be done with it', async () => {
    const { document } = await open(json());
    assert.deepEqual((await lenses(document)).slice(0, 2), ['$(play) Run', 'Run only the student']);
    const sweep = await open(json({ sweep: { 'distill.temperature': [2, 4] } }));
    assert.equal((await lenses(sweep.document))[0], '$(play) Sweep 4 runs');
    const wrong = await open('{}');
    assert.match((await lenses(wrong.document))[0] ?? '', /problem/);
  });

  it('begins from a template, and never over a file that is there', async () => {
    const file = join(folder, 'mine.distill.json');
    await vscode.commands.executeCommand('distillery.newExperiment', 'mnist-sweep', file);
    assert.match(await readFile(file, 'utf8'), /"name": "mine"/);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file);
    await writeFile(file, '{}');
    await vscode.commands.executeCommand('distillery.newExperiment', 'mnist', file);
    assert.equal(await readFile(file, 'utf8'), '{}');
  });
});

/** Asks again until the answer will do. */
async function acceptable<T>(what: string, ask: () => T | Promise<T>, will: (answer: T) => boolean): Promise<T> {
  const found = await until(what, async () => {
    const answer = await ask();
    return will(answer) ? { answer } : null;
  });
  return found.answer;
}
