import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../node/files/atomicFile.js';
import { relativePlace } from '../../node/files/relativePlace.js';
import { openRuns } from '../openRuns.js';
import type { RunRecord } from '../record.js';
import { readRegularText } from '../../node/files/regularFile.js';

/** `.experiments.json` in a runs folder: where experiments lie that a person has located, relative to the folder. */
const linksSchema = z.object({ version: z.literal(1), links: z.record(z.string(), z.string()) });

/** By what runs recorded of their experiment. */
export type ExperimentLinks = Readonly<Record<string, string>>;

const linksName = '.experiments.json';

/** A line for each experiment that was located. */
const mostBytes = 4 * 2 ** 20;

/** What the runs of one experiment have in common. */
export function linkKey({ file, name }: RunRecord['experiment']): string {
  return file ?? `name:${name}`;
}

/** The links of a runs folder; none where there is no such file, or one that cannot be read. */
export async function readLinks(runsDir: string): Promise<ExperimentLinks> {
  try {
    return linksSchema.parse(
      JSON.parse(
        await readRegularText(join(runsDir, linksName), { attempt: 'read where experiments lie', most: mostBytes }),
      ),
    ).links;
  } catch {
    return {};
  }
}

/**
 * Remembers where the experiment of some runs lies now.
 * @throws ProblemError `no-permission`, `disk-full`, `linked`, …
 */
export async function linkExperiment(
  runsDir: string,
  { experiment, file }: { readonly experiment: RunRecord['experiment']; readonly file: string },
): Promise<void> {
  const links = { ...(await readLinks(runsDir)), [linkKey(experiment)]: relativePlace(runsDir, file) };
  const runs = await openRuns(runsDir, { make: true });
  try {
    const contents = `${JSON.stringify({ version: 1, links }, null, 2)}\n`;
    await writeFileAtomic({ folder: runs, name: linksName }, contents);
  } finally {
    await runs.close();
  }
}
