/** Styles are bundled into dist/webview/panel.css. */
declare module '*.css';
