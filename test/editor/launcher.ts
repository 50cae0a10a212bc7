#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { installChromium, launchChromium } from '../../scripts/editor/chromium.js';
import { CodeServer } from '../../scripts/editor/codeServer.js';
import { installCodeServer } from '../../scripts/editor/codeServerInstall.js';

/**
 * Takes the place of VS Code's executable for `@vscode/test-electron`: starts code-server and a headless browser, runs
 * the tests in its extension host and ends with their code, and with everything that was started.
 *   launcher.js FOLDER --extensionDevelopmentPath=… --extensionTestsPath=…
 * With `DISTILLERY_WORKSPACE_TRUST=on` the folder is opened and not trusted.
 */
const { values, positionals } = parseArgs({
  options: { extensionDevelopmentPath: { type: 'string' }, extensionTestsPath: { type: 'string' } },
  // The desktop's other flags are not meant for a server.
  strict: false,
  allowPositionals: true,
});

/** So long the tests may take; each has a limit of its own. */
const limit = 15 * 60_000;

/** What the workbench said, for when the tests never begin. */
const workbenchLog: string[] = [];
let server: CodeServer | null = null;
let browser: Browser | null = null;
const interruption = new AbortController();

/** The tests' exit code. */
async function run(): Promise<number> {
  const extension = pathOf('extensionDevelopmentPath');
  const tests = pathOf('extensionTestsPath');
  const folder = positionals[0];
  if (folder === undefined) throw new Error('No folder was named.');
  const chromium = installChromium();
  server = await CodeServer.start({
    install: installCodeServer(),
    testDriver: true,
    workspaceTrust: process.env['DISTILLERY_WORKSPACE_TRUST'] === 'on',
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  });
  browser = await launchChromium(chromium);
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    const words = args.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
    workbenchLog.push([type, ...words].join(' '));
  });
  const verdict = verdictOf(page);
  const remote = `vscode-remote://${new URL(server.address).host}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', `${remote}${extension}`],
    ['extensionTestsPath', `${remote}${tests}`],
  ]);
  const opened = page.goto(`${server.urlOf(resolve(folder))}&payload=${encodeURIComponent(payload)}`, { timeout: 0 });
  return Promise.race([verdict, opened.then(() => verdict)]);
}

function verdictOf(page: Page): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No verdict after ${limit / 60_000} minutes.`)), limit);
    timer.unref();
    page.exposeFunction('codeAutomationExit', resolve).catch(reject);
    page.on('crash', () => reject(new Error('The page crashed before the tests had ended.')));
    page.on('close', () => reject(new Error('The browser ended before the tests had.')));
  });
}

function pathOf(name: 'extensionDevelopmentPath' | 'extensionTestsPath'): string {
  const path = values[name];
  if (typeof path !== 'string' || !existsSync(path))
    throw new Error(`--${name}=${String(path)} names nothing there is.`);
  return resolve(path);
}

async function end(): Promise<void> {
  await browser?.close().catch(() => undefined);
  for (const command of (await server?.stop()) ?? []) console.error(`Left running by the tests, ended now: ${command}`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    interruption.abort();
    void end().finally(() => process.exit(1));
  });
}
let code = 1;
try {
  code = await run();
} catch (error) {
  if (!interruption.signal.aborted) console.error(workbenchLog.slice(-100).join('\n'));
  console.error(error instanceof Error ? error.message : error);
} finally {
  await end();
}
process.exit(code);
