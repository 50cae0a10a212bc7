import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CodeServerInstall } from './codeServerInstall.js';
import { killMarked, markedProcesses, markName } from './descendants.js';
import { patience } from './patience.js';

/** Keeps the editor from showing or asking for anything that a test did not. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'telemetry.telemetryLevel': 'off',
};

export interface CodeServerOptions {
  readonly install: CodeServerInstall;
  /** Merged into the settings that keep the editor quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A packaged extension to install. */
  readonly vsix?: string;
  /** The folder of an extension to use as it lies there. */
  readonly unpacked?: string;
  /** Lets the extension host run tests, and hides toasts and dialogs. */
  readonly testDriver?: boolean;
  /** Whether folders have to be trusted first; otherwise all are. */
  readonly workspaceTrust?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** 0 for any free one. */
  readonly port?: number;
}

/** A running code-server with settings, extensions and state of its own, all of it gone when it is stopped. */
export class CodeServer {
  private output = '';

  private constructor(
    private readonly home: string,
    private readonly mark: string,
    private readonly server: ChildProcess,
  ) {
    const listen = (text: Buffer) => (this.output += text.toString());
    server.stdout?.on('data', listen);
    server.stderr?.on('data', listen);
  }

  /** Resolves when the server answers. Throws with the server's own words when it does not come up. */
  static async start(options: CodeServerOptions): Promise<CodeServer> {
    const home = await mkdtemp(join(tmpdir(), 'distillery-editor-'));
    await mkdir(join(home, 'data/User'), { recursive: true });
    await writeFile(join(home, 'config.yaml'), '{}');
    const settings = { ...quietSettings, ...options.settings };
    await writeFile(join(home, 'data/User/settings.json'), JSON.stringify(settings, null, 2));
    const mark = randomUUID();
    const environment = {
      ...withoutEditor(process.env),
      ...options.environment,
      // No marketplace: nothing is fetched.
      EXTENSIONS_GALLERY: '{"serviceUrl":""}',
      [markName]: mark,
    };
    const places = [
      ...['--config', join(home, 'config.yaml')],
      ...['--user-data-dir', join(home, 'data')],
      ...['--extensions-dir', join(home, 'extensions')],
    ];
    const start = (args: readonly string[]) =>
      spawn(options.install.node, [options.install.entry, ...places, ...args], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        // Its own process group, so that all of it can be ended at once and Ctrl-C reaches only us.
        detached: true,
      });
    try {
      if (options.unpacked !== undefined) {
        await mkdir(join(home, 'extensions'));
        await symlink(options.unpacked, join(home, 'extensions', basename(options.unpacked)));
      }
      if (options.vsix !== undefined)
        await ended(start(['--install-extension', options.vsix, '--force']), options.vsix);
      const server = new CodeServer(
        home,
        mark,
        start([
          ...['--auth', 'none'],
          ...['--bind-addr', `127.0.0.1:${options.port ?? 0}`],
          '--disable-telemetry',
          '--disable-update-check',
          '--disable-getting-started-override',
          '--disable-proxy',
          '--ignore-last-opened',
          ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
          ...(options.testDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
        ]),
      );
      await server.answers();
      return server;
    } catch (error) {
      killMarked(mark);
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** `http://127.0.0.1:<port>`, as the server said it. */
  get address(): string {
    const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(this.output)?.[1];
    if (address === undefined) throw new Error(`code-server said no address:\n${this.output}`);
    return address;
  }

  /** The address that opens a folder or a `.code-workspace` file; null: a window without a folder. */
  urlOf(folder: string | null): string {
    if (folder === null) return `${this.address}/?ew=true`;
    return `${this.address}/?${folder.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(folder)}`;
  }

  /**
   * Ends the server and everything that was started in it.
   * @returns the command lines of what did not belong to the editor itself and was still running: trainers
   */
  async stop(): Promise<string[]> {
    const left = this.stopNow();
    // The last writes of processes that are going can put files back.
    for (let tries = 0; tries < 5; tries++) {
      try {
        await rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
        break;
      } catch (error) {
        if (tries === 4) throw error;
      }
    }
    return left;
  }

  /** The same without waiting and without tidying up, for when the process is told to end. */
  stopNow(): string[] {
    const killed = killMarked(this.mark);
    if (this.server.pid !== undefined && this.server.exitCode === null) {
      try {
        process.kill(-this.server.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    return killed.filter((command) => command.includes('trainer.js'));
  }

  /** Numbers and command lines of all that runs of what was started in it, trainers too. Only Linux tells. */
  processes(): ReadonlyMap<number, string> {
    return markedProcesses(this.mark);
  }

  /** The processes that extensions run in: one a window. */
  extensionHosts(): number[] {
    return [...this.processes()].flatMap(([pid, command]) => (command.includes('--type=extensionHost') ? [pid] : []));
  }

  /** Kills the processes that extensions run in, as a system without memory does; the editor starts others. */
  killExtensionHosts(): number[] {
    const hosts = this.extensionHosts();
    for (const pid of hosts) process.kill(pid, 'SIGKILL');
    return hosts;
  }

  private async answers(): Promise<void> {
    const until = Date.now() + patience;
    while (Date.now() < until) {
      if (this.server.exitCode !== null) throw new Error(`code-server ended while it started:\n${this.output}`);
      if (this.output.includes('listening on http')) {
        try {
          if ((await fetch(`${this.address}/healthz`)).ok) return;
        } catch {
          // Not yet.
        }
      }
      await sleep(50);
    }
    throw new Error(`code-server did not answer within ${patience / 1000} s:\n${this.output}`);
  }
}

/** In a terminal of an editor, these would make the server talk to that editor. */
function withoutEditor(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('VSCODE_') && name !== 'ELECTRON_RUN_AS_NODE'),
  );
}

async function ended(child: ChildProcess, vsix: string): Promise<void> {
  let output = '';
  const listen = (text: Buffer) => (output += text.toString());
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`Installing ${vsix} failed:\n${output}`);
}
