import { ProblemError, type Problem } from '../../core/problem.js';
import type { ToolResult } from './tool.js';

/** What to do where the package's own way is barred. */
const takeTheWheel =
  'Install it from the Python wheel, which pip fetches: “From the Python wheel” in the editor, `--from-wheel` on the command line.';

/** What is known of the failures of npm and of the package's own installation, the most telling first. */
const npmFailures: readonly ((output: string) => Problem | null)[] = [
  (output) => {
    const [, reason = '', host = ''] = /getaddrinfo (ENOTFOUND|EAI_AGAIN) (\S+)/.exec(output) ?? [];
    if (host === '' || !/scripts\/install\.js|libtensorflow/.test(output)) return null;
    return {
      code: 'download-blocked',
      message: `The package’s installation fetches libtensorflow from ${host}, which cannot be reached from here (${reason}).`,
      fix: takeTheWheel,
    };
  },
  (output) =>
    /TAR_BAD_ARCHIVE|Unrecognized archive format|ECONNREFUSED|ECONNRESET|ETIMEDOUT|CERT_|SELF_SIGNED/.test(output) &&
    /\* Downloading libtensorflow/.test(output)
      ? {
          code: 'download-blocked',
          message:
            'The download of libtensorflow was cut off, or answered with something else, as a proxy does that blocks a host.',
          fix: takeTheWheel,
        }
      : null,
  (output) =>
    /gyp ERR! find Python|Could not find any Python installation/.test(output)
      ? {
          code: 'no-python',
          message: 'There is no ready-made binding for this system, and node-gyp, which builds one, found no Python.',
          fix: 'Install python3, make and a C++ compiler (Debian, Ubuntu: `apt install python3 make g++`), and try again.',
        }
      : null,
  (output) =>
    /not found: make|(?:make|g\+\+|c\+\+|cc|clang\+\+): (?:command )?not found|No such file or directory.*g\+\+|find VS|missing any VC\+\+/.test(
      output,
    )
      ? {
          code: 'no-compiler',
          message: 'There is no ready-made binding for this system, and no compiler to build one with.',
          fix: 'Install make and a C++ compiler (Debian, Ubuntu: `apt install make g++`; macOS: `xcode-select --install`; Windows: Visual Studio’s build tools), and try again.',
        }
      : null,
  (output) => {
    const [, system] = /Unsupported system: (\S+)/.exec(output) ?? [];
    return system === undefined
      ? null
      : {
          code: 'system-unsupported',
          message: `TensorFlow is not offered ready-made for this system (${system}).`,
          fix: `${takeTheWheel} That works on Linux.`,
        };
  },
  (output) => {
    const [, code] =
      /npm (?:error|ERR!) code (E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|40[1347]))\b/.exec(output) ?? [];
    return code === undefined
      ? null
      : {
          code: 'registry-unreachable',
          message: `npm could not fetch the package (${code}).`,
          fix: 'See that `npm view @tensorflow/tfjs-node version` works in a terminal: it says what is wrong with npm’s registry or proxy settings.',
        };
  },
  diskFull,
];

/** @param attempt what npm was to do, as in "<attempt> failed" */
export const npmFailure = (result: ToolResult, attempt: string): ProblemError =>
  failure(result, { attempt, known: npmFailures, code: 'npm-failed' });

/** What is known of the failures of pip. */
const pipFailures: readonly ((output: string) => Problem | null)[] = [
  (output) =>
    /No module named '?pip/.test(output)
      ? {
          code: 'no-pip',
          message: 'This Python has no pip, which fetches the wheel.',
          fix: 'Install it (Debian, Ubuntu: `apt install python3-pip`), or download the wheel by other means and name the file.',
        }
      : null,
  (output) => {
    const [, wanted = ''] = /No matching distribution found for (\S+)/.exec(output) ?? [];
    if (wanted === '') return null;
    const [, versions = 'none'] = /\(from versions: ([^)]*)\)/.exec(output) ?? [];
    return versions === 'none'
      ? {
          code: 'index-unreachable',
          message: `pip found no ${wanted} for this system: its package index cannot be reached, or has nothing for this processor and C library.`,
          fix: 'See what `pip download --no-deps tensorflow` says in a terminal, and fix pip’s index or proxy settings.',
        }
      : {
          code: 'no-such-wheel',
          message: `There is no wheel ${wanted} for this system and Python 3.11.`,
          fix: `There are: ${versions.split(', ').slice(-12).join(', ')}.`,
        };
  },
  diskFull,
];

export const pipFailure = (result: ToolResult, attempt: string): ProblemError =>
  failure(result, { attempt, known: pipFailures, code: 'pip-failed' });

export const compilerFailure = (result: ToolResult): ProblemError =>
  failure(result, {
    attempt: 'Building the binding between Node.js and TensorFlow',
    known: [diskFull],
    code: 'build-failed',
  });

function diskFull(output: string): Problem | null {
  if (!/ENOSPC|No space left on device/.test(output)) return null;
  return {
    code: 'disk-full',
    message: 'There is no space left on the disk.',
    fix: 'TensorFlow takes 1.5 GB, with CUDA from wheels 8 GB while it is installed. Free some space and try again.',
  };
}

const linesShown = 6;

function failure(
  { code: exit, endedBy, output }: ToolResult,
  { attempt, known, code }: { attempt: string; known: readonly ((output: string) => Problem | null)[]; code: string },
): ProblemError {
  for (const recognize of known) {
    const problem = recognize(output);
    if (problem !== null) return new ProblemError(problem);
  }
  const how = endedBy === null ? `exit code ${String(exit)}` : `signal ${endedBy}`;
  const last = output.trimEnd().split('\n').slice(-linesShown).join('\n');
  return new ProblemError({
    code,
    message: `${attempt} failed with ${how}.${last === '' ? '' : ` The last it said:\n${last}`}`,
    fix: 'The log has all of it. Fix what it names, and try again.',
  });
}

/** Why TensorFlow uses no graphics card, in what it has written while it was tried. */
export function noGpu(output: string): ProblemError {
  const { reason, fix } = whyNoGpu(output);
  return new ProblemError({
    code: 'no-gpu',
    message: `TensorFlow runs here, but on no graphics card: ${reason}.`,
    fix,
  });
}

function whyNoGpu(output: string): { reason: string; fix: string } {
  const libraries = [...output.matchAll(/Could not load dynamic library '([^']+)'/g)].map(([, name = '']) => name);
  const missing = [...new Set(libraries)].filter((name) => !name.startsWith('libcuda.so'));
  if (missing.length > 0) {
    return {
      reason: `it misses ${missing.join(', ')}, for this build wants CUDA 11.2 and cuDNN 8.1`,
      fix: 'Install it from the Python wheel with CUDA 12, which brings the libraries along (`--gpu --from-wheel`), or for the processor.',
    };
  }
  if (/Cannot dlopen some GPU libraries/.test(output)) {
    return {
      reason: 'libraries of CUDA are missing, or of another version',
      fix: 'Install it again from the Python wheel with CUDA 12, which brings the libraries along (`--gpu --from-wheel`).',
    };
  }
  const [said = 'it does not say why'] =
    /failed call to cuInit.*|CUDA_ERROR_\w+.*|Could not find cuda drivers/i.exec(output) ?? [];
  return { reason: said, fix: withoutCard };
}

const withoutCard =
  'See that `nvidia-smi` lists the card in a terminal, or install the engine for the processor. Cards of other makers are used by the engine "onnx", through WebGPU.';

/** Before gigabytes are fetched for a card that is not there. */
export function noCard(said: string): ProblemError {
  return new ProblemError({
    code: 'no-gpu',
    message: `There is no graphics card of NVIDIA that works: ${said}.`,
    fix: withoutCard,
  });
}
