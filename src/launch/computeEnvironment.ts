import { dirname } from 'node:path';
import type { EngineChoice } from '../core/spec/parts/engine.js';
import { engineOf } from '../run/engineOverride.js';
import type { RunFolder } from '../run/folder.js';
import { readMovedRecord } from '../run/experiment/relocate.js';
import { workspaceFolders } from '../machine/packages/tensorflowPlaces.js';

/**
 * What a process that may compute finds in its environment on top of this one's.
 * @param near folders of a workspace: packages that lie beside them are code that came with it, and whether that may be
 * loaded is decided here, once for all that is started. None where nothing of a workspace would be loaded
 */
export type ComputeEnvironment = (near: readonly string[]) => Promise<Readonly<Record<string, string>>>;

/** The folders near which a run's trainer may find packages to load. @throws ProblemError as the run's record is */
export async function foldersNearRun(folder: RunFolder): Promise<readonly string[]> {
  const record = await readMovedRecord(folder);
  const { file } = record.experiment;
  return foldersNear(await engineOf(folder, record), { experimentFile: file, runsDir: dirname(folder.path) });
}

/** Of all engines TensorFlow alone is looked for in workspaces. */
export function foldersNear(
  engine: EngineChoice,
  places: { experimentFile: string | null; runsDir: string },
): readonly string[] {
  return engine === 'tensorflow' ? workspaceFolders(places) : [];
}
