import { spawnSync } from 'node:child_process';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { type CodeServerInstall, installCodeServer } from './codeServerInstall.js';
import { editorsFolder } from './installOnce.js';

/** A real VS Code: the desktop's, or the same served to a browser. */
export type Editor =
  | { readonly kind: 'desktop'; readonly executable: string }
  | { readonly kind: 'code-server'; readonly install: CodeServerInstall; readonly reason: string };

/**
 * The desktop VS Code where it can be downloaded (or has been) and there is a screen for it, else code-server.
 * `DISTILLERY_EDITOR=code-server` asks for the latter.
 */
export async function findEditor(): Promise<Editor> {
  const reason = await desktopOrReason();
  if ('executable' in reason) return { kind: 'desktop', executable: reason.executable };
  return { kind: 'code-server', install: installCodeServer(), reason: reason.without };
}

async function desktopOrReason(): Promise<{ executable: string } | { without: string }> {
  if (process.env['DISTILLERY_EDITOR'] === 'code-server') return { without: 'DISTILLERY_EDITOR asks for it' };
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    return { without: 'there is no screen (xvfb-run gives one)' };
  }
  try {
    return { executable: await downloadAndUnzipVSCode({ cachePath: editorsFolder, timeout: 10_000 }) };
  } catch (error) {
    return { without: `VS Code cannot be downloaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The command `code` of an installed VS Code, or null. */
export function installedCode(): string | null {
  const { status } = spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  return status === 0 ? 'code' : null;
}
