/** Where the page and what it may load come from, as addresses that a webview can load. */
export interface PanelPage {
  /** The webview's own source for a content security policy. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  /** Fresh for every page: only what carries it is run. */
  readonly nonce: string;
  /** Fresh too. The toolkit asks with an empty style whether the browser knows :focus-visible; it may know this one. */
  readonly styleNonce: string;
  /** Folders of the runs it shows: the page keeps them with its own state, so that it can be restored. */
  readonly opened: readonly string[];
}

/** The page of the panel. It loads nothing but its own script and style, and runs nothing else. */
export function panelHtml({ cspSource, script, style, nonce, styleNonce, opened }: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${attribute(nonce)}'`,
    `style-src ${attribute(cspSource)} 'nonce-${attribute(styleNonce)}'`,
    `img-src ${attribute(cspSource)} data: blob:`,
    `font-src ${attribute(cspSource)}`,
    // The panel starts its worker from code of its own (webview/sums/startWorker.ts); a page starts none from elsewhere.
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${attribute(styleNonce)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${attribute(style)}">
    <title>Distillery</title>
  </head>
  <body data-opened="${attribute(JSON.stringify(opened))}">
    <script nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
  </body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
