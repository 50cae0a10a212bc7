import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { aptInstall, canAptInstall, isExecutable } from './aptInstall.js';
import { patience } from './patience.js';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The path of an installed Chromium, or null. `CHROMIUM` names one that lies somewhere else. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = [
    ...(named === undefined ? [] : [named]),
    ...names.flatMap((name) => folders.map((f) => join(f, name))),
  ];
  return [...places, ...elsewhere].find(isExecutable) ?? null;
}

/**
 * The path of a Chromium; where there is none, it is installed if that can be done without asking: as root on Debian.
 * Throws with the reason when there is none to be had.
 */
export function installChromium(): string {
  const found = findChromium();
  if (found !== null) return found;
  const fix = 'Install Chromium or Chrome, or name one in the environment variable CHROMIUM.';
  if (!canAptInstall()) throw new Error(`There is no Chromium. ${fix}`);
  console.log('Installing Chromium …');
  try {
    aptInstall(['chromium', 'fonts-dejavu-core']);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${fix}`, { cause: error });
  }
  const installed = findChromium();
  if (installed === null) throw new Error(`apt-get installed chromium, but it is not on the path. ${fix}`);
  return installed;
}

/**
 * As `installChromium`, for a whole stage of tests: where there is no Chromium to be had, it says loudly what is not
 * tested and why, and gives null. On a build machine that is a failure.
 */
export function chromiumFor(what: string): string | null {
  try {
    return installChromium();
  } catch (error) {
    console.log(`NOT TESTED: ${what}. ${error instanceof Error ? error.message : String(error)}`);
    if (process.env['CI'] !== undefined) process.exitCode = 1;
    return null;
  }
}

/**
 * Starts a headless Chromium that talks to nobody but the pages it is given.
 * @param more arguments for the browser
 */
export async function launchChromium(executablePath: string, more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    timeout: patience,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
