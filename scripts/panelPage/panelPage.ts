import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { ToPanel } from '../../src/panel/protocol.js';
import { decode, encode } from './codec.js';
import { framed } from './frames.js';
import { panelPageHtml } from './html.js';

/** Who answers a page: in the editor and here the same PanelServer. */
export interface PageHost {
  receive(message: unknown): void;
  dispose(): void;
}

export interface PanelPageOptions {
  /** Makes the host of a page that was opened; `post` sends to it. */
  readonly host: (post: (message: ToPanel) => void) => PageHost;
  /** The project's folder, where dist/webview lies. */
  readonly root?: string;
  /** 0: any free one. */
  readonly port?: number;
}

/** The panel for any browser, without an editor: the built page, and a host for each window that opens it. */
export class PanelPage {
  readonly #hosts = new Map<string, PageHost>();

  private constructor(
    private readonly server: Server,
    private readonly options: PanelPageOptions,
    private readonly client: string,
  ) {}

  /** Builds the page's own script and listens on this machine only. */
  static async open(options: PanelPageOptions): Promise<PanelPage> {
    const root = options.root ?? process.cwd();
    const built = await build({
      entryPoints: [join(root, 'test/webview/harness/client.ts')],
      bundle: true,
      format: 'iife',
      target: 'es2023',
      write: false,
    });
    const server = createServer();
    const page = new PanelPage(server, options, built.outputFiles[0]?.text ?? '');
    server.on('request', (request, response) => {
      page.#answer(request, response, root).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return page;
  }

  /** Where the page is; `?theme=light` chooses a theme. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  }

  async close(): Promise<void> {
    for (const host of this.#hosts.values()) host.dispose();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse, root: string): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const page = url.searchParams.get('page') ?? '';
    switch (url.pathname) {
      case '/':
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(panelPageHtml({ source: this.url.slice(0, -1), client: this.client }));
        return;
      case '/panel.js':
      case '/panel.css':
        response.setHeader('content-type', url.pathname.endsWith('.js') ? 'text/javascript' : 'text/css');
        response.end(await readFile(join(root, 'dist/webview', url.pathname)));
        return;
      case '/editor.css':
        response.setHeader('content-type', 'text/css');
        response.end(await readFile(join(root, 'test/webview/themes/defaultStyles.css')));
        return;
      case '/messages':
        this.#connect(page, response);
        return;
      case '/message': {
        const chunks: Uint8Array[] = [];
        for await (const chunk of request) chunks.push(chunk as Uint8Array);
        this.#hosts.get(page)?.receive(decode(Buffer.concat(chunks)));
        response.writeHead(204).end();
        return;
      }
      default:
        response.writeHead(404).end();
    }
  }

  /** All that the host says to a page travels in one answer that never ends while the page is there. */
  #connect(page: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.flushHeaders();
    const host = this.options.host((message) => response.write(framed(encode(message))));
    this.#hosts.set(page, host);
    response.on('close', () => {
      this.#hosts.delete(page);
      host.dispose();
    });
  }
}
