import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { findChromium } from '../../../scripts/editor/chromium.js';

/** Where Chromium's packages keep the description of SwiftShader, a Vulkan driver that computes on the CPU. */
const places = [
  '/usr/lib/chromium',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

/** The file that makes Vulkan use SwiftShader (`VK_ICD_FILENAMES`); null where it or the Vulkan loader is missing. */
export function swiftShaderFile(): string | null {
  const { error, stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  if (error !== undefined || !stdout.includes('libvulkan.so.1')) return null;
  const browser = findChromium();
  const beside = browser === null ? [] : [dirname(realpathSync(browser))];
  return (
    [...places, ...beside].map((folder) => `${folder}/vk_swiftshader_icd.json`).find((file) => existsSync(file)) ?? null
  );
}

export const missingSwiftShader =
  'there is no Vulkan driver: install Debian’s packages libvulkan1 and chromium, which has SwiftShader';

/** Why no card can be taken away; null where it can. */
export function missingLosingDriver(): string | null {
  if (swiftShaderFile() === null) return missingSwiftShader;
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no C compiler: install Debian’s package gcc';
  }
}

const icdSchema = z.object({ ICD: z.looseObject({ library_path: z.string() }) });

/**
 * Builds a driver whose card can be taken away (losingDriver.c).
 * @returns what a process that is to use it finds in its environment: the card is lost once there is the file `sign`
 */
export function losingDriver(folder: string, sign: string): Record<string, string> {
  const real = swiftShaderFile() ?? '';
  const { ICD: icd } = icdSchema.parse(JSON.parse(readFileSync(real, 'utf8')));
  const library = join(folder, 'liblosing.so');
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, 'test/trainer/engines/losingDriver.c', '-ldl']);
  const file = join(folder, 'losing.json');
  writeFileSync(file, JSON.stringify({ file_format_version: '1.0.0', ICD: { ...icd, library_path: library } }));
  return {
    VK_ICD_FILENAMES: file,
    DISTILLERY_REAL_DRIVER: resolve(dirname(real), icd.library_path),
    DISTILLERY_LOST_CARD: sign,
  };
}
