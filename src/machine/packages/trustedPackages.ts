import { join } from 'node:path';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { writeNamedFile } from '../../node/files/atomicFile.js';
import { readRegularText } from '../../node/files/regularFile.js';
import type { NearPackage } from './nearPackages.js';
import { packageContents } from './packageContents.js';
import { userFolder } from './tensorflowPlaces.js';

const trustSchema = z.object({
  version: z.literal(1),
  /** By the folder without links: what a person said yes to. */
  packages: z.record(z.string(), z.object({ version: z.string(), sha256: z.string() })),
});
type Trust = z.output<typeof trustSchema>;

/** `no` where nobody has been asked; `changed` where its contents are no longer those that a person said yes to. */
export type Trusted = 'yes' | 'no' | 'changed';

/**
 * The packages of workspaces whose code a person has allowed to be loaded, by real path and by contents. Kept in the
 * user's own folder, for what lies in a workspace comes with it.
 */
export class TrustedPackages {
  readonly #file: string;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#file = join(userFolder(environment), 'trusted.json');
  }

  async isTrusted({ folder }: NearPackage): Promise<Trusted> {
    const known = (await this.#read()).packages[folder];
    if (known === undefined) return 'no';
    return known.sha256 === (await packageContents(folder)) ? 'yes' : 'changed';
  }

  /** @throws ProblemError where it cannot be written, or the package is too large */
  async trust({ folder, version }: NearPackage): Promise<void> {
    const sha256 = await packageContents(folder);
    const { packages } = await this.#read();
    const trust: Trust = { version: 1, packages: { ...packages, [folder]: { version, sha256 } } };
    await writeNamedFile(this.#file, `${JSON.stringify(trust, null, 2)}\n`, { makeFolder: true });
  }

  /** Nothing is trusted where the file is not there or is no such file; it is written anew with the next answer. */
  async #read(): Promise<Trust> {
    try {
      const text = await readRegularText(this.#file, { attempt: 'read what is trusted', most: 10_000_000 });
      return trustSchema.parse(JSON.parse(text));
    } catch (error) {
      const isMissing = error instanceof ProblemError && error.problem.code === 'file-missing';
      if (error instanceof SyntaxError || error instanceof z.ZodError || isMissing) return none;
      throw error;
    }
  }
}

const none: Trust = { version: 1, packages: {} };
