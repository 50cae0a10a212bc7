import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { readRegularText } from '../../node/files/regularFile.js';
import { tensorflowPackages } from './tensorflowPlaces.js';

/** A package that lies in the `node_modules` of a workspace, or of a folder above. Nothing of it has been loaded. */
export interface NearPackage {
  readonly name: string;
  readonly version: string;
  /** The folder by the name under which it was found, through whatever links. */
  readonly found: string;
  /** The folder itself. */
  readonly folder: string;
}

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
});
export type Manifest = z.output<typeof manifestSchema>;

/** Bytes of a package.json; those of npm have some kilobytes. */
const manifestMost = 1_000_000;

/** What a package says of itself; null where there is none that can be read. */
export async function manifestOf(folder: string): Promise<Manifest | null> {
  const file = join(folder, 'package.json');
  try {
    return manifestSchema.parse(JSON.parse(await readRegularText(file, { attempt: 'read it', most: manifestMost })));
  } catch {
    return null;
  }
}

/** A folder and all above, up to the root: where Node looks for what is imported from there. */
export function upwards(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}

/** TensorFlow's packages beside these folders and above, each once, the nearest first. */
export async function tensorflowNear(folders: readonly string[]): Promise<NearPackage[]> {
  const places = [...new Set(folders.flatMap(upwards))];
  const found: NearPackage[] = [];
  for (const place of places) {
    for (const name of tensorflowPackages) {
      const near = await packageAt(join(place, 'node_modules', name), name);
      if (near !== null && !found.some(({ folder }) => folder === near.folder)) found.push(near);
    }
  }
  return found;
}

async function packageAt(found: string, name: string): Promise<NearPackage | null> {
  const manifest = await manifestOf(found);
  if (manifest?.name !== name) return null;
  return { name, version: manifest.version, found, folder: await realpath(found) };
}
