import * as vscode from 'vscode';
import { linesText, markdownText } from '../../core/foreignText.js';

/** Part of a hover: text, or lines that are shown as they are. */
export type TextSpan = { readonly text: string } | { readonly code: string };

/**
 * The only way to Markdown: it is never trusted, so nothing in it is a command, and texts in it are only text.
 */
export function hoverText(parts: readonly TextSpan[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  for (const part of parts) {
    if ('code' in part) markdown.appendCodeblock(linesText(part.code), 'plaintext');
    else markdown.appendMarkdown(`${markdownText(part.text)}\n\n`);
  }
  return markdown;
}
