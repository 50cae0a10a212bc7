import { randomUUID } from 'node:crypto';

/**
 * The page as the editor makes it, with the script that stands in for VS Code's before the panel's own. The policy is the
 * editor's, but that this page may talk to its server.
 */
export function panelPageHtml({ source, client }: { source: string; client: string }): string {
  const nonce = randomUUID();
  const policy = [
    "default-src 'none'",
    `connect-src ${source}`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `img-src ${source} data: blob:`,
    `font-src ${source}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${source}/editor.css">
    <link rel="stylesheet" href="${source}/panel.css">
    <title>Distillery</title>
  </head>
  <body>
    <div id="panel"></div>
    <script nonce="${nonce}">${client.replaceAll('</script', '<\\/script')}</script>
    <script nonce="${nonce}" src="${source}/panel.js"></script>
  </body>
</html>
`;
}
