import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { isProgram, pathFolders, programOnPath, type Environment } from '../../node/processes/program.js';

/** A program, and the words that come before its arguments. */
export interface Tool {
  readonly command: string;
  readonly first: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * npm, as it lies beside a Node.js: beside the one that is given, else beside one on the path. The editor's own has none.
 * @throws ProblemError `no-npm`
 */
export async function findNpm({ node, environment }: { node: string; environment: Environment }): Promise<Tool> {
  for (const folder of [dirname(node), ...pathFolders(environment)]) {
    const onWindows = process.platform === 'win32';
    const command = join(folder, onWindows ? 'node.exe' : 'node');
    const script = onWindows ? join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js') : join(folder, 'npm');
    if (!(await isProgram(command)) || !(await isReadable(script))) continue;
    // npm's scripts ask for node by name, and shall find the one that npm belongs to.
    const path = [folder, ...pathFolders(environment)].join(delimiter);
    const target = await realpath(script);
    // What version managers put on the path is a program that finds npm.
    const own = target.endsWith('.js') ? { command, first: [target] } : { command: script, first: [] };
    return { ...own, environment: { PATH: path } };
  }
  throw new ProblemError({
    code: 'no-npm',
    message: 'npm was not found: neither beside the Node.js of trainers nor on the path.',
    fix: 'Install Node.js 20 or later from nodejs.org or your system’s packages, which brings npm, and see that `npm` works in a terminal.',
  });
}

/** Python 3 on the path. @throws ProblemError `no-python` */
export async function findPython(environment: Environment): Promise<Tool> {
  const names = process.platform === 'win32' ? ['python'] : ['python3', 'python'];
  const command = await programOnPath(names, environment);
  if (command !== null) return { command, first: [], environment: {} };
  throw new ProblemError({
    code: 'no-python',
    message: 'Python was not found, whose pip fetches the wheel.',
    fix: 'Install python3 and its pip (Debian, Ubuntu: `apt install python3-pip`), or download the wheel by other means and name the file.',
  });
}

/** A C++ compiler: the one of `CXX`, else one on the path. @throws ProblemError `no-compiler` */
export async function findCompiler(environment: Environment): Promise<Tool> {
  const named = environment['CXX']?.trim() ?? '';
  const [word = '', ...first] = named === '' ? [] : named.split(/\s+/);
  const command = isAbsolute(word)
    ? word
    : await programOnPath(word === '' ? ['c++', 'g++', 'clang++'] : [word], environment);
  if (command !== null) return { command, first, environment: {} };
  throw new ProblemError({
    code: 'no-compiler',
    message: `No C++ compiler was found${word === '' ? '' : `: \`${word}\`, which CXX names, is not on the path`}. It joins TensorFlow to Node.js.`,
    fix: 'Install one (Debian, Ubuntu: `apt install g++`; Fedora: `dnf install gcc-c++`) and try again.',
  });
}

/** The program by which NVIDIA's driver tells of its cards; null where it is not installed. */
export const findNvidiaSmi = (environment: Environment): Promise<string | null> =>
  programOnPath(['nvidia-smi'], environment);

function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}
