import type { NearPackage } from '../machine/packages/nearPackages.js';
import { tensorflowNear } from '../machine/packages/nearPackages.js';
import { listedFolders, tensorflowVariables, workspaceEnvironment } from '../machine/packages/tensorflowPlaces.js';
import { TrustedPackages } from '../machine/packages/trustedPackages.js';
import type { Output } from './output.js';

/** Asks a person on the terminal; false is no answer too. */
export type Ask = (question: string) => Promise<boolean>;

/**
 * Decides whether packages that lie in a workspace may be loaded: only where a person said so, by `--trust` or when asked
 * on a terminal, and for as long as their contents stay the same.
 */
export class WorkspaceCode {
  readonly #options: {
    readonly trust: boolean;
    /** Null where there is no terminal to ask on. */
    readonly ask: Ask | null;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly output: Output;
  };
  readonly #packages: TrustedPackages;
  /** By folder: a person is asked once. */
  readonly #decided = new Map<string, Promise<boolean>>();

  constructor(options: {
    trust: boolean;
    ask: Ask | null;
    environment: Readonly<Record<string, string | undefined>>;
    output: Output;
  }) {
    this.#options = options;
    this.#packages = new TrustedPackages(options.environment);
  }

  /**
   * What processes find in their environment that may load packages of a workspace.
   * @param near folders beside which, and above, packages may lie
   */
  async environment(near: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const { environment } = this.#options;
    // Whoever has chosen a folder is loaded from there alone.
    if (near.length === 0 || (environment[tensorflowVariables.chosen] ?? '') !== '') return {};
    // The editor has decided for its own folders.
    const trusted = [...listedFolders('trusted', environment)];
    const untrusted: string[] = [];
    for (const found of await tensorflowNear(near)) {
      if (trusted.includes(found.folder)) continue;
      ((await this.#decide(found)) ? trusted : untrusted).push(found.folder);
    }
    return workspaceEnvironment({ trusted, untrusted });
  }

  #decide(found: NearPackage): Promise<boolean> {
    const decided = this.#decided.get(found.folder) ?? this.#mayLoad(found);
    this.#decided.set(found.folder, decided);
    return decided;
  }

  async #mayLoad(found: NearPackage): Promise<boolean> {
    const { trust, ask, output } = this.#options;
    const trusted = await this.#packages.isTrusted(found);
    if (trusted === 'yes') return true;
    const what = `${found.name} ${found.version} in ${found.folder}`;
    const question = [
      `${what} came with this folder${trusted === 'changed' ? ', and has changed since you trusted it' : ''}.`,
      'To use it is to run its code on this machine. Trust it, until its contents change?',
    ].join(' ');
    if (!trust && (ask === null || !(await ask(question)))) {
      output.note(`Found ${what}, not used: ${reasons[trusted]}; to use it, run again with --trust.`);
      return false;
    }
    await this.#packages.trust(found);
    output.note(`Trusted until its contents change: ${what}.`);
    return true;
  }
}

const reasons = {
  no: 'this folder is not trusted',
  changed: 'its contents have changed since this folder was trusted',
} as const;
