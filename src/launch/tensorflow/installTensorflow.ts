import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { clearDraftsAt, draftOf } from '../../node/files/draft.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import type { TensorflowPackage } from '../../machine/packages/tensorflowPlaces.js';
import { buildBinding } from './binding.js';
import { checkEngine, requireCard, type CheckedEngine } from './check.js';
import { npmFailure, pipFailure } from './failure.js';
import { findCompiler, findNpm, findPython } from './findTool.js';
import { runTool } from './tool.js';
import { nvidiaParts, requirementsOf, tensorflowParts, unpackWheel } from './wheel.js';

/** The version of tfjs-node that our tfjs-core belongs to. */
const packageVersion = '4.22.0';
/** Node-API's headers, as npm has them. */
const headersVersion = '1.9.0';
/** The wheel that is taken where no version is named. */
export const usualWheel = '2.21.0';

/** Whether a text is a version as wheels have them, and nothing that pip would understand otherwise. */
export const isWheelVersion = (text: string): boolean => /^\d+(?:\.\d+)+\w*$/.test(text);

/** Where libtensorflow comes from: the package's own download, or a wheel by version or as a file. */
export type TensorflowSource =
  | { readonly kind: 'download' }
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'file'; readonly file: string };

export interface TensorflowRequest {
  readonly source: TensorflowSource;
  /** Whether it must run on a graphics card, through CUDA. */
  readonly gpu: boolean;
}

export interface InstallOptions {
  /** Where it is installed: this folder is made, or replaced when all has gone well. */
  readonly folder: string;
  /** The Node.js that trainers run in. */
  readonly node: string;
  /** The built `dist/tensorflowCheck.js`. */
  readonly checkScript: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Hears what begins: `Fetching the wheel`. */
  readonly onStage: (stage: string) => void;
  /** Hears every line of the tools that are used. */
  readonly onLine: (line: string) => void;
}

/**
 * Installs TensorFlow for the engine `tensorflow`, tries it with a real training step, and only then puts it in its
 * place: what was there before stays when anything fails or the signal is given.
 * @throws ProblemError what is missing or went wrong; the signal's reason when it is given
 */
export async function installTensorflow(request: TensorflowRequest, options: InstallOptions): Promise<CheckedEngine> {
  const { folder, node, checkScript, signal, onStage, onLine } = options;
  const draft = await draftOf(`${folder}-new`);
  await mkdir(draft, { recursive: true }).catch((error: unknown) => {
    throw fileProblem(error, { path: folder, attempt: 'make the folder for TensorFlow' });
  });
  await clearDraftsAt(dirname(folder));
  try {
    if (request.gpu) await requireCard({ folder: draft, environment: options.environment, signal, onLine });
    if (request.source.kind === 'download') await installPackage(draft, request, options);
    else await installFromWheel(draft, { source: request.source, gpu: request.gpu }, options);
    onStage('Trying a training step');
    const checked = await checkEngine(draft, { node, checkScript, gpu: request.gpu, signal, onLine });
    await replaceFolder({ from: draft, to: folder });
    return checked;
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The package as it comes, whose own script fetches libtensorflow and a ready-made binding. */
async function installPackage(draft: string, { gpu }: TensorflowRequest, options: InstallOptions): Promise<void> {
  const name: TensorflowPackage = gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  options.onStage(`Installing ${name}, which downloads TensorFlow`);
  await npmInstall(draft, { dependencies: { [name]: packageVersion }, flags: ['--foreground-scripts'] }, options);
}

/** The package without its script; library and headers from wheels; the binding built here. */
async function installFromWheel(
  draft: string,
  { source, gpu }: { source: Exclude<TensorflowSource, { kind: 'download' }>; gpu: boolean },
  options: InstallOptions,
): Promise<void> {
  const { environment, signal, onStage, onLine } = options;
  if (process.platform !== 'linux') {
    throw new ProblemError({
      code: 'wheel-unsupported',
      message: `TensorFlow can be installed from a wheel on Linux, and this is ${process.platform}.`,
      fix: 'Install it the usual way, from the package’s own download.',
    });
  }
  // What is missing is said before anything large is fetched.
  const compiler = await findCompiler(environment);
  if (gpu || source.kind === 'version') await findPython(environment);
  onStage('Installing @tensorflow/tfjs-node');
  const name: TensorflowPackage = '@tensorflow/tfjs-node';
  const dependencies = { [name]: packageVersion, 'node-api-headers': headersVersion };
  await npmInstall(draft, { dependencies, flags: ['--ignore-scripts'] }, options);
  const packageFolder = join(draft, 'node_modules', name);
  const deps = join(packageFolder, 'deps');

  const wheels = join(draft, 'wheels');
  const wheel = source.kind === 'file' ? source.file : await fetchTensorflow(source.version, { gpu, wheels, options });
  onStage('Unpacking TensorFlow');
  await unpackWheel(wheel, { into: deps, parts: tensorflowParts, signal });
  onStage('Building the binding');
  const headersFolder = join(draft, 'node_modules', 'node-api-headers');
  await buildBinding({ packageFolder, headersFolder }, { compiler, signal, onLine });
  if (gpu) {
    const requirements = await requirementsOf(wheel, { extra: 'and-cuda' });
    onStage(`Fetching CUDA: ${requirements.length} wheels, about 3 GB`);
    for (const file of await downloadWheels(requirements, { into: join(wheels, 'nvidia'), options })) {
      onStage(`Unpacking ${basename(file)}`);
      await unpackWheel(file, { into: deps, parts: nvidiaParts, signal });
      await rm(file);
    }
  }
  await rm(wheels, { recursive: true, force: true });
  await rm(join(deps, 'include'), { recursive: true, force: true });
}

async function fetchTensorflow(
  version: string,
  { gpu, wheels, options }: { gpu: boolean; wheels: string; options: InstallOptions },
): Promise<string> {
  if (!isWheelVersion(version)) {
    throw new ProblemError({
      code: 'usage',
      message: `“${version}” is no version of TensorFlow.`,
      fix: `Give one such as ${usualWheel}.`,
    });
  }
  const distribution = wheelFor(gpu);
  options.onStage(`Fetching the wheel of ${distribution} ${version}`);
  const into = join(wheels, 'tensorflow');
  const [file] = await downloadWheels([`${distribution}==${version}`], { into, options });
  if (file === undefined) throw new Error(`pip has put no wheel into ${into}`);
  return file;
}

/** The distribution that holds the library for this machine: the small one is made for x86 only. */
const wheelFor = (gpu: boolean): string => (gpu || process.arch !== 'x64' ? 'tensorflow' : 'tensorflow-cpu');

async function npmInstall(
  draft: string,
  { dependencies, flags }: { dependencies: Readonly<Record<string, string>>; flags: readonly string[] },
  { node, environment, signal, onLine }: InstallOptions,
): Promise<void> {
  const npm = await findNpm({ node, environment });
  // With a manifest of its own it is installed here, and not into a project above.
  await writeFile(join(draft, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const result = await runTool({
    command: npm.command,
    args: [
      ...npm.first,
      'install',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--no-update-notifier',
      '--loglevel=error',
      ...flags,
    ],
    cwd: draft,
    environment: npm.environment,
    signal,
    onLine,
  });
  if (result.code !== 0) throw npmFailure(result, 'npm’s installation of the package');
}

/** Fetches wheels with the person's own pip, from where that is set up to fetch. @returns their files */
async function downloadWheels(
  requirements: readonly string[],
  { into, options }: { into: string; options: InstallOptions },
): Promise<string[]> {
  const python = await findPython(options.environment);
  await mkdir(into, { recursive: true });
  // Any Python's wheel will do, for nothing of Python in it is used: one version's wheels are taken everywhere.
  const anyPython = ['--only-binary=:all:', '--no-deps', '--implementation', 'cp', '--python-version', '3.11'];
  const result = await runTool({
    command: python.command,
    args: [
      ...['-m', 'pip', 'download', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off'],
      ...anyPython,
      ...['-d', into],
      '--',
      ...requirements,
    ],
    cwd: into,
    signal: options.signal,
    onLine: options.onLine,
  });
  if (result.code !== 0) throw pipFailure(result, 'pip’s download of the wheel');
  return (await readdir(into)).filter((name) => name.endsWith('.whl')).map((name) => join(into, name));
}

/** The new folder takes the old one's place, or the old one stays. */
async function replaceFolder({ from, to }: { from: string; to: string }): Promise<void> {
  const aside = await draftOf(`${to}-old`);
  await mkdir(aside);
  const old = join(aside, 'tensorflow');
  try {
    const wasThere = await moved({ from: to, to: old });
    try {
      await rename(from, to);
    } catch (error) {
      if (wasThere) await rename(old, to);
      throw error;
    }
  } catch (error) {
    throw fileProblem(error, { path: to, attempt: 'put the installation in its place' });
  } finally {
    await rm(aside, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @returns false where there was nothing to be moved */
async function moved({ from, to }: { from: string; to: string }): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
