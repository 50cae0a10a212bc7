import * as vscode from 'vscode';
import type { Host } from './host/build.js';
import { declaredCommands } from './host/declaredCommands.js';
import { showError } from './host/shown/messages.js';
import { viewTypes } from './host/viewTypes.js';

/**
 * The extension's beginning: registers what the editor may ask for by name at once, and loads all else right afterwards,
 * when the editor has gone on with its own start. Who asks earlier waits for it.
 */
export function activate(context: vscode.ExtensionContext): void {
  let loading: Promise<Host> | null = null;
  const host = (): Promise<Host> => (loading ??= import('./host/build.js').then(({ build }) => build(context)));
  const editor: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: async ({ uri }, panel) => (await host()).editor.show(uri, panel),
  };
  context.subscriptions.push(
    ...declaredCommands(context.extension.packageJSON).map((command) =>
      vscode.commands.registerCommand(command, async (...args: unknown[]) => (await host()).execute(command, args)),
    ),
    vscode.window.registerCustomEditorProvider(viewTypes.run, editor),
    vscode.window.registerCustomEditorProvider(viewTypes.runFile, editor),
    vscode.window.registerWebviewPanelSerializer(viewTypes.compare, {
      deserializeWebviewPanel: async (panel, state) => (await host()).comparisons.restore(panel, state),
    }),
  );
  setImmediate(() => {
    host().catch((error: unknown) => {
      void showError(`Distillery could not be loaded. ${String(error)}`);
    });
  });
}
