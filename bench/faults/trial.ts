import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { killMarked, markedProcesses, markName } from '../../scripts/editor/descendants.js';
import { startBuilt, type Answer, type Started } from './command.js';
import { Dice } from './dice.js';
import { copySpace, runOf, templateOf, type Role, type Template, type World } from './world.js';

/** Something that was promised did not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** @throws Broken */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Broken(otherwise);
}

export interface CommandOptions {
  readonly within?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly script?: 'cli.js' | 'trainer.js';
}

/** One fault, in a folder of its own: a workspace, and beside it what nobody may touch. */
export class Trial {
  readonly world: World;
  readonly dice: Dice;
  readonly folder: string;
  /** The workspace. */
  readonly space: string;
  /** A folder that no program of ours has any business in. */
  readonly outside: string;
  /** How many faults this trial was. */
  tried = 1;
  worstSeconds = 0;
  worstBytes = 0;
  readonly #mark: string;
  readonly #before: string;
  readonly #notes: string[] = [];
  readonly #clearing: (() => void)[] = [];

  constructor(world: World, { kind, number }: { kind: string; number: number }) {
    this.world = world;
    this.dice = new Dice(world.seed, kind, number);
    const name = `${kind.replaceAll(/[^a-z]+/g, '-')}-${number.toString()}`;
    this.folder = join(world.root, name);
    this.space = join(this.folder, 'space');
    this.outside = join(this.folder, 'outside');
    this.#mark = `faults-${process.pid.toString()}-${name}`;
    mkdirSync(this.outside, { recursive: true });
    for (const each of ['.profile', 'file.txt']) writeFileSync(join(this.outside, each), `# ${each}\n`.repeat(100));
    mkdirSync(join(this.outside, 'folder'));
    this.#before = fingerprint(this.outside);
  }

  /** What was done, for whoever reads of a failure. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  /** Lays out the workspace. */
  place(template: Template): void {
    this.note(`begins as "${template}"`);
    copySpace(templateOf(this.world, template), this.space);
  }

  /** The folder of a run that must be there. */
  run(role: Role): string {
    const found = runOf(this.space, role);
    if (found === null) throw new Broken(`there is no ${role} any more`);
    return found;
  }

  start(words: readonly string[], { within = [], environment = {}, script = 'cli.js' }: CommandOptions = {}): Started {
    const shown = [...within, script, ...words].join(' ');
    const { child, answer } = startBuilt(script, words, {
      cwd: this.space,
      within,
      environment: {
        HOME: join(this.world.root, 'home'),
        // Nothing here is anybody's but the trial's, whatever the user of this machine has set.
        XDG_CACHE_HOME: join(this.world.root, 'home', '.cache'),
        [markName]: this.#mark,
        ...environment,
      },
    });
    const told = answer.then((each) => {
      this.note(`${shown} → ${each.signal ?? (each.code ?? '?').toString()} in ${each.seconds.toFixed(2)} s`);
      if (each.stderr !== '') this.note(indented(each.stderr));
      return each;
    });
    return { child, answer: told };
  }

  command(words: readonly string[], options: CommandOptions = {}): Promise<Answer> {
    return this.start(words, options).answer;
  }

  /** The processes of this trial that train, or are about to. */
  trainers(): number[] {
    return this.#processes((command) => command.includes('trainer.js'));
  }

  /** The processes that look after trainers. */
  queues(): number[] {
    return this.#processes((command) => command.includes('cli.js'));
  }

  #processes(are: (command: string) => boolean): number[] {
    // What merely starts a program in other surroundings is not the program.
    const own = (command: string): boolean => command.startsWith(process.execPath) && are(command);
    return [...markedProcesses(this.#mark)].flatMap(([pid, command]) => (own(command) ? [pid] : []));
  }

  /** @returns whether there still was such a process */
  signal(pid: number, signal: NodeJS.Signals): boolean {
    try {
      process.kill(pid, signal);
      this.note(`${signal} to process ${pid.toString()}`);
      return true;
    } catch {
      return false;
    }
  }

  /** Is called before the folder is deleted, the last first. */
  atEnd(clear: () => void): void {
    this.#clearing.unshift(clear);
  }

  /** Ends whatever was started. @throws Broken where something outside of the workspace was changed */
  end(): void {
    for (const command of killMarked(this.#mark)) this.note(`left running: … ${command.slice(-120)}`);
    for (const clear of this.#clearing.splice(0)) clear();
    must(fingerprint(this.outside) === this.#before, `something outside of the workspace changed: ${this.outside}`);
    const beside = readdirSync(this.folder).sort().join();
    must(beside === 'outside,space', `something was made beside the workspace: ${beside}`);
  }

  delete(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const indented = (text: string): string => text.trimEnd().replaceAll(/^/gm, '    ');

/** Everything of a folder: names, kinds, rights, times of change and contents. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  const look = (path: string): void => {
    const found = lstatSync(path);
    hash.update(JSON.stringify([relative(folder, path), found.mode, found.ino, found.mtimeMs, found.ctimeMs]));
    if (found.isDirectory()) for (const name of readdirSync(path).sort()) look(join(path, name));
    else if (found.isSymbolicLink()) hash.update(readlinkSync(path));
    else hash.update(readFileSync(path));
  };
  look(folder);
  return hash.digest('hex');
}
