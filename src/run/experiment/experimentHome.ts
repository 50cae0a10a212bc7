import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { parseExperiment } from '../../core/spec/experiment/experimentFile.js';
import { planRuns } from '../../core/spec/plan.js';
import { linkKey, readLinks, type ExperimentLinks } from './experimentLinks.js';
import { exists } from '../../node/files/exists.js';
import { sha256 } from '../../node/files/hash.js';
import type { RunRecord } from '../record.js';
import { readRegularText } from '../../node/files/regularFile.js';
import { mostExperimentBytes } from '../../node/files/textFile.js';

/** What is known of a run whose experiment is looked for. */
export interface Homeless {
  readonly record: Pick<RunRecord, 'experiment' | 'specHash' | 'spec'>;
  /** The runs folder that it lies in now. */
  readonly runsDir: string;
}

/** What an experiment file says of itself. */
interface Identity {
  readonly name: string;
  /** Of the runs that it asks for. */
  readonly hashes: ReadonlySet<string>;
}

/**
 * Finds where the experiments of runs lie now, for folders are moved, copied and mounted elsewhere. Each run has one
 * experiment at most, the first of: what a person has located; the file at the same place relative to the runs folder;
 * the same for runs that recorded no such place, below the folder that their `.distillery` lies in; the path that was
 * recorded; an experiment among those that are known which asks for this very run, or has both its names. What was
 * found is kept: make a new one to look anew.
 */
export class ExperimentHomes {
  readonly #known: readonly string[];
  readonly #found = new Map<string, Promise<string | null>>();
  readonly #links = new Map<string, Promise<ExperimentLinks>>();
  readonly #identities: Map<string, Promise<Identity | null>>;
  /** What was found for one run of an experiment by what it asks for: its others may have no such evidence. */
  readonly #kin: Map<string, string>;
  readonly #isThere = new Map<string, Promise<boolean>>();

  /**
   * @param known paths of the experiments to look among
   * @param before what was read of experiment files before; files that have changed since are read again
   */
  constructor({ known = [], before }: { known?: readonly string[]; before?: ExperimentHomes } = {}) {
    this.#known = known;
    this.#identities = before === undefined ? new Map<string, Promise<Identity | null>>() : before.#identities;
    this.#kin = before === undefined ? new Map<string, string>() : before.#kin;
  }

  /** The absolute path of a run's experiment file; null where it cannot be found. */
  async of({ record, runsDir }: Homeless): Promise<string | null> {
    const { experiment } = record;
    const key = JSON.stringify([runsDir, linkKey(experiment), experiment.relative ?? null]);
    const placed = this.#found.get(key) ?? this.#byPlace(experiment, runsDir);
    this.#found.set(key, placed);
    const place = await placed;
    if (place !== null) return place;
    const found = await this.#byIdentity(record);
    if (found !== null) this.#kin.set(key, found);
    const kin = this.#kin.get(key);
    return found ?? (kin !== undefined && this.#known.includes(kin) ? kin : null);
  }

  async #byPlace(experiment: RunRecord['experiment'], runsDir: string): Promise<string | null> {
    const links = await this.#linksOf(runsDir);
    const linked = links[linkKey(experiment)];
    if (linked !== undefined && (await this.#has(resolve(runsDir, linked)))) return resolve(runsDir, linked);
    if (experiment.file === null) return null;
    if (experiment.relative !== undefined) {
      const beside = resolve(runsDir, experiment.relative);
      if (await this.#has(beside)) return beside;
    } else {
      for (const place of movedPlaces(experiment.file, runsDir)) {
        if ((await this.#has(place)) && (await this.#identityOf(place))?.name === experiment.name) return place;
      }
    }
    return (await this.#has(experiment.file)) ? experiment.file : null;
  }

  async #byIdentity({ experiment: { name, file }, spec, specHash }: Homeless['record']): Promise<string | null> {
    const identified = await Promise.all(
      this.#known.map(async (path) => ({ path, identity: await this.#identityOf(path) })),
    );
    const asks = identified.filter(({ identity }) => identity?.hashes.has(specHash) === true);
    const named = asks.filter(({ identity }) => identity?.name === name);
    const alike = identified.filter(
      ({ path, identity }) => identity?.name === name && file !== null && basename(path) === baseName(file),
    );
    // Experiments of other names may ask for the same teacher, but hardly for the same student.
    const [found = []] = [named, spec.role === 'student' ? asks : [], alike].filter(({ length }) => length > 0);
    const [only, ...more] = found;
    // Of several nobody can tell: that is for a person to say.
    return only === undefined || more.length > 0 ? null : only.path;
  }

  #linksOf(runsDir: string): Promise<ExperimentLinks> {
    const links = this.#links.get(runsDir) ?? readLinks(runsDir);
    this.#links.set(runsDir, links);
    return links;
  }

  #has(path: string): Promise<boolean> {
    const there = this.#isThere.get(path) ?? exists(path);
    this.#isThere.set(path, there);
    return there;
  }

  async #identityOf(path: string): Promise<Identity | null> {
    const found = await stat(path).catch(() => null);
    if (found === null) return null;
    const key = `${path} ${found.mtimeMs} ${found.size}`;
    const identity = this.#identities.get(key) ?? readIdentity(path);
    this.#identities.set(key, identity);
    return identity;
  }
}

/** Null for what is no experiment, or not now. */
async function readIdentity(path: string): Promise<Identity | null> {
  const text = await readRegularText(path, { attempt: 'read the experiment', most: mostExperimentBytes }).catch(
    () => null,
  );
  const { experiment } = text === null ? { experiment: null } : parseExperiment(text);
  if (experiment === null) return null;
  return { name: experiment.name, hashes: new Set(planRuns(experiment, { sha256 }).map((run) => run.specHash)) };
}

/**
 * Where a file may lie that was recorded by its absolute path only, if its folder was moved together with its
 * `.distillery`: at the ends of that path below the folder, the longest first.
 */
function movedPlaces(file: string, runsDir: string): string[] {
  const home = dirname(resolve(runsDir));
  if (basename(home) !== '.distillery') return [];
  const root = dirname(home);
  const parts = file.split(/[\\/]/).filter((part) => part !== '');
  // A file of this very folder has not moved.
  if (file.startsWith(root + sep)) return [];
  return parts.map((_, index) => join(root, ...parts.slice(index)));
}

/** The last part of a path of whatever system. */
const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
