#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { installChromium, launchChromium } from '../../scripts/editor/chromium.js';
import { CodeServer } from '../../scripts/editor/codeServer.js';
import { installCodeServer } from '../../scripts/editor/codeServerInstall.js';
import type { TestWindow } from './windows.js';

/**
 * Takes the place of VS Code's executable for `@vscode/test-electron`: starts code-server and a headless browser, runs
 * the tests in its extension host and ends with their code, and with everything that was started.
 *   launcher.js [FOLDER] --extensionDevelopmentPath=… --extensionTestsPath=…
 * With `DISTILLERY_WORKSPACE_TRUST=on` the folder is opened and not trusted. `DISTILLERY_NEXT_WINDOWS` names windows
 * that the same editor opens after the first, each with the path of its own tests.
 */
const { values, positionals } = parseArgs({
  options: { extensionDevelopmentPath: { type: 'string' }, extensionTestsPath: { type: 'string' } },
  // The desktop's other flags are not meant for a server.
  strict: false,
  allowPositionals: true,
});

/** So long the tests may take; each has a limit of its own. */
const limit = 60 * 60_000;

/** What the workbench said, for when the tests never begin. */
const workbenchLog: string[] = [];
let server: CodeServer | null = null;
let browser: Browser | null = null;
const interruption = new AbortController();

/** The tests' exit code: that of the first window whose tests failed. */
async function run(): Promise<number> {
  const first = { open: positionals[0] ?? null, tests: pathOf('extensionTestsPath') };
  const others = JSON.parse(process.env['DISTILLERY_NEXT_WINDOWS'] ?? '[]') as readonly TestWindow[];
  const chromium = installChromium();
  server = await CodeServer.start({
    install: installCodeServer(),
    testDriver: true,
    workspaceTrust: process.env['DISTILLERY_WORKSPACE_TRUST'] === 'on',
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  });
  browser = await launchChromium(chromium);
  // What a window remembers is kept in it.
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  let code = 0;
  for (const window of [first, ...others]) {
    const page = await context.newPage();
    const verdict = verdictOf(page);
    const opened = page.goto(addressOf(window, server), { timeout: 0 }).then(() => verdict);
    // Tests may be over before all of the page was loaded.
    opened.catch(() => undefined);
    const given = await Promise.race([verdict, opened]);
    code ||= given;
    await page.close();
  }
  return code;
}

/** Where the window is, and what is to be tested in it. */
function addressOf({ open, tests }: TestWindow, at: CodeServer): string {
  const remote = `vscode-remote://${new URL(at.address).host}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', `${remote}${pathOf('extensionDevelopmentPath')}`],
    ['extensionTestsPath', `${remote}${tests}`],
  ]);
  return `${at.urlOf(open === null ? null : resolve(open))}&payload=${encodeURIComponent(payload)}`;
}

async function verdictOf(page: Page): Promise<number> {
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    const words = args.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
    workbenchLog.push([type, ...words].join(' '));
  });
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
