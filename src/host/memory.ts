import type * as vscode from 'vscode';
import type { Memory } from './training/experimentQueue.js';

/** A value in one of VS Code's stores. */
export function memoryOf(store: vscode.Memento, key: string): Memory {
  return {
    read: () => store.get<unknown>(key),
    write: (value) => void store.update(key, value),
  };
}
