import { createWriteStream } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { ProblemError } from '../../core/problem.js';
import { fileProblem } from '../../node/fileProblem.js';

/*
 * A wheel is the zip archive that Python packages come in. Those of TensorFlow hold the library and the headers of its C
 * interface; those of NVIDIA hold CUDA's libraries.
 */

/** Where a wheel's file goes, relative to the target folder; null for one that is not needed. */
export type Placement = (name: string) => string | null;

/** What is needed of TensorFlow: `lib/` with its two libraries, `include/` with the C headers and what they include. */
export const tensorflowParts: Placement = (name) => {
  const [, library] = /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2)$/.exec(name) ?? [];
  if (library !== undefined) return `lib/${library}`;
  const [, header] =
    /^tensorflow\/include\/((?:tensorflow\/(?:c|core\/platform)|tsl\/platform|xla\/tsl\/c)\/.*\.h)$/.exec(name) ?? [];
  return header === undefined ? null : `include/${header}`;
};

/** What is needed of NVIDIA's: everything but headers, in the places where TensorFlow’s library looks for it. */
export const nvidiaParts: Placement = (name) =>
  /^nvidia\/.*\/(?:lib|bin|nvvm)\/.*[^/]$/.test(name) && !/\.(?:py|h|a)$/.test(name) ? name : null;

/**
 * Unpacks parts of a wheel below a folder.
 * @returns how many files were written
 * @throws ProblemError `bad-wheel`, or what is wrong with the disk; the signal's reason when it is given
 */
export async function unpackWheel(
  file: string,
  { into, parts, signal }: { into: string; parts: Placement; signal: AbortSignal },
): Promise<number> {
  const zip = await openWheel(file);
  let count = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const place = parts(entry.fileName);
      if (place === null) continue;
      await unpack(zip, entry, { target: join(into, place), signal });
      count++;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileProblem(error, { path: file, attempt: 'unpack the wheel' });
  } finally {
    zip.close();
  }
  return count;
}

async function unpack(
  zip: ZipFile,
  entry: Entry,
  { target, signal }: { target: string; signal: AbortSignal },
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target), { signal });
  // The upper half are the permissions of Unix: NVIDIA's wheels hold programs.
  if ((entry.externalFileAttributes >>> 16) & 0o100) await chmod(target, 0o755);
}

/**
 * The packages of NVIDIA that a wheel asks for under one of its extras, as pip is told them:
 * `nvidia-cudnn-cu12<10.0,>=9.3.0.75`.
 * @param extra `and-cuda`
 * @throws ProblemError `bad-wheel`, also where it asks for anything but that: pip would take an option of its own, an
 * address or somebody else's package for what it is
 */
export async function requirementsOf(file: string, { extra }: { extra: string }): Promise<string[]> {
  const zip = await openWheel(file);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!/^[^/]+\.dist-info\/METADATA$/.test(entry.fileName)) continue;
      if (entry.uncompressedSize > metadataMost) throw new Error('its metadata has more than 4 MB');
      const metadata = await text(await zip.openReadStreamPromise(entry));
      const requirements = metadata.split('\n').flatMap((line) => requirementIn(line.trim(), extra));
      if (requirements.length > requirementsMost) throw new Error(`it asks for more than ${requirementsMost} packages`);
      const strange = requirements.find((requirement) => !nvidiaRequirement.test(requirement));
      if (strange === undefined) return requirements;
      throw new Error(`it asks for “${strange.slice(0, 100)}”, and a package of NVIDIA with its versions is expected`);
    }
  } catch (error) {
    throw badWheel(file, error);
  } finally {
    zip.close();
  }
  return [];
}

/** TensorFlow's metadata has some kilobytes and asks for a dozen packages. */
const metadataMost = 4_000_000;
const requirementsMost = 100;

/** A name (PEP 508) and conditions on the version (PEP 440), without blanks. */
const nvidiaRequirement =
  /^nvidia(?:[-_.][a-z0-9]+)+(?:(?:[<>!=~]=|[<>])[0-9][a-z0-9.+]*(?:\.\*)?(?:,(?:[<>!=~]=|[<>])[0-9][a-z0-9.+]*(?:\.\*)?)*)?$/i;

/** Of a line such as `Requires-Dist: nvidia-nccl-cu12<3.0,>=2.25.1; extra == "and-cuda"` (core metadata, PyPA). */
function requirementIn(line: string, extra: string): string[] {
  const [, requirement, condition] = /^Requires-Dist:\s*([^;]+?)\s*;\s*(.*)$/.exec(line) ?? [];
  const names = new RegExp(`extra\\s*==\\s*["']${extra}["']`);
  return requirement !== undefined && names.test(condition ?? '') ? [requirement.replaceAll(/[\s()]/g, '')] : [];
}

async function openWheel(file: string): Promise<ZipFile> {
  try {
    return await openPromise(file, { autoClose: false });
  } catch (error) {
    throw badWheel(file, error);
  }
}

const badWheel = (file: string, error: unknown): ProblemError =>
  new ProblemError(
    {
      code: 'bad-wheel',
      message: `The wheel cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      fix: 'Download it again: a file that ends with .whl, from where your pip gets its packages.',
      place: { file },
    },
    { cause: error },
  );
