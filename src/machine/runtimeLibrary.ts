import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Problem } from '../core/problem.js';

/** A kind of machine, as Node.js names it. */
export interface Platform {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/** Where onnxruntime-node has its native libraries for this platform. @throws where the package is not installed */
export function runtimeFolder({ platform, arch }: Platform = process): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(entry), '..', 'bin', 'napi-v6', platform, arch);
}

/** Why ONNX Runtime cannot be here, as far as files tell; null where it may. */
export function missingRuntime(on: Platform = process): Problem | null {
  try {
    return existsSync(join(runtimeFolder(on), 'onnxruntime_binding.node')) ? null : noLibrary(on);
  } catch (error) {
    return runtimeNotLoaded(error, on);
  }
}

/** Why ONNX Runtime did not load, from what Node.js threw. */
export function runtimeNotLoaded(error: unknown, on: Platform = process): Problem {
  const text = error instanceof Error ? error.message : String(error);
  if (/Cannot find module '[^']*onnxruntime_binding\.node'/.test(text)) return noLibrary(on);
  return {
    code: 'no-engine',
    message: `ONNX Runtime could not be loaded. The system said: ${text.split('\n')[0] ?? ''}`,
    fix: `${fixOf(text, on)} ${otherwise}`,
  };
}

const otherwise = 'The engines "tensorflow" and "cpu" do without it.';

const noLibrary = ({ platform, arch }: Platform): Problem => ({
  code: 'no-engine',
  message: `ONNX Runtime has no library for ${platform} on ${arch}. There are libraries for Linux and Windows on x64 and arm64, and for macOS on arm64 (Apple silicon).`,
  fix: `Where this is one of these, install Distillery again, with the package for this platform. ${otherwise}`,
});

function fixOf(text: string, { platform }: Platform): string {
  if (/GLIBC(XX)?_[\d.]+' not found/.test(text)) {
    return 'This Linux is older than ONNX Runtime asks for: take one with the C library that the message names (glibc 2.28 or newer: Debian 10, Ubuntu 20.04, Red Hat 8).';
  }
  if (platform === 'linux' && /ld-linux|libc\.musl|symbol not found/.test(text)) {
    return 'Its libraries need glibc, which Alpine and other systems with musl do not have: use another Linux, as in a container of Debian.';
  }
  if (platform === 'win32') return 'Install Microsoft’s Visual C++ Redistributable, which its libraries need.';
  return 'Install Distillery again; what the message names may be missing or of another platform.';
}
