import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import * as z from 'zod';
import { askedSchema, emptyView, socketVariable, type Held } from './messages.js';

/** An extension that stands beside ours in the extension host and answers `npm run soak`. */
export function activate(context: vscode.ExtensionContext): void {
  const socket = process.env[socketVariable];
  if (socket === undefined) return;
  setFlagsFromString('--expose-gc');
  const collect = z.custom<() => void>((value) => typeof value === 'function').parse(runInNewContext('gc'));
  const server = createServer((request, response) => {
    answer(request, collect).then(
      (value) => response.end(JSON.stringify(value ?? null)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  server.listen(socket);
  context.subscriptions.push(
    { dispose: () => server.close() },
    vscode.window.registerCustomEditorProvider(emptyView, {
      openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
      resolveCustomEditor: (_, { webview }) => {
        webview.options = { enableScripts: true };
        webview.html = '<!DOCTYPE html><html><body><p id="empty">Empty.</p></body></html>';
      },
    } satisfies vscode.CustomReadonlyEditorProvider),
  );
}

async function answer(request: IncomingMessage, collect: () => void): Promise<unknown> {
  const asked = askedSchema.parse(await json(request));
  switch (asked.kind) {
    case 'held':
      return held(collect);
    case 'command':
      await vscode.commands.executeCommand(asked.command, ...asked.args);
      return null;
    case 'open':
      await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(asked.file), asked.view);
      return null;
    case 'snapshot':
      return writeHeapSnapshot(asked.file);
  }
}

async function held(collect: () => void): Promise<Held> {
  // What finalizers let go of in between goes with the second.
  for (let pass = 0; pass < 3; pass++) {
    collect();
    await turn();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  return {
    heap: heapUsed,
    buffers: external + arrayBuffers,
    timers: resources.filter((kind) => kind === 'Timeout').length,
    resources: resources.length,
  };
}
