import { harmless } from './words.js';

/*
 * Names of runs, classes, files and experiments come from whoever made them, and some places that show text obey parts of
 * it. Each such place has a function here that takes any text and returns one that is only shown there. For terminals
 * these are `harmless` and `harmlessLines` (words.ts).
 */

/** Where lines and tabs are kept and nothing else is obeyed: tooltips of plain text, details of a dialog, a log, diagnostics. */
export function linesText(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, harmless);
}

/**
 * A notification, a dialog or the title of a progress, where VS Code makes a button of `[words](command:…)`. The two
 * brackets are parted, so that it stays text.
 */
export function notificationText(text: string): string {
  return linesText(text).replaceAll('](', '] (');
}

/** One line where `$(name)` is drawn as an icon: rows of a list to pick from, lenses, the status bar, labels of a tree. */
export function labelText(text: string): string {
  return harmless(text).replaceAll('$(', '$ (');
}

/** A label that begins with an icon of ours. */
export function iconLabel(icon: string, text: string): string {
  return `$(${icon}) ${labelText(text)}`;
}

/** What Markdown gives a meaning, and the signs that HTML and icons begin with. */
const markdownSigns = /[\\`*_{}[\]()#+\-.!~|<>&$:@=^"']/g;

/** Text inside Markdown: nothing of it is a link, a picture, an icon, a heading or HTML; its lines stay lines. */
export function markdownText(text: string): string {
  return linesText(text)
    .replaceAll(markdownSigns, (sign) => `\\${sign}`)
    .replaceAll('\t', ' ')
    .split('\n')
    .map((line) => line.trim())
    .join('\n\n');
}

/**
 * A text in a cell of a table that a spreadsheet may open: what it would take for a formula gets an apostrophe before it
 * (OWASP, “CSV Injection”). What is only a number stays one.
 */
export function cellText(text: string): string {
  const isNumber = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text);
  return /^\s*[=+\-@\t\r]/.test(text) && !isNumber ? `'${text}` : text;
}
