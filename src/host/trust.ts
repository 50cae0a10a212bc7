import * as vscode from 'vscode';
import { ProblemError } from '../core/problem.js';

/** @throws ProblemError `untrusted` */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new ProblemError({
    code: 'untrusted',
    message: 'Nothing is run in a workspace that is not trusted.',
    fix: 'Trust it with the command “Workspaces: Manage Workspace Trust”.',
  });
}
