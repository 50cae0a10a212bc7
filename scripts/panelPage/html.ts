import { randomUUID } from 'node:crypto';
import { panelHtml } from '../../src/host/runEditor/panelHtml.js';

/**
 * The editor's own page, with the script that stands in for VS Code's before the panel's. The policy is the editor's, but
 * that this page may talk to its server.
 */
export function panelPageHtml({ source, client }: { source: string; client: string }): string {
  const nonce = randomUUID();
  const page = panelHtml({
    cspSource: source,
    script: `${source}/panel.js`,
    style: `${source}/panel.css`,
    nonce,
    styleNonce: randomUUID(),
    opened: [],
  });
  return page
    .replace("default-src 'none'", `default-src 'none'; connect-src ${source}`)
    .replace('<title>', `<link rel="icon" href="data:,"><link rel="stylesheet" href="${source}/editor.css"><title>`)
    .replace(
      '<script',
      () => `<script nonce="${nonce}">${client.replaceAll('</script', '<\\/script')}</script><script`,
    );
}
