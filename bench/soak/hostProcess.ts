import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of the extension host. */
export interface HostProcess {
  /** Bytes in memory. */
  readonly resident: number;
  /** Open descriptors. */
  readonly descriptors: number;
  /** Files and folders that are watched. */
  readonly watches: number;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html */
export function readHostProcess(pid: number): HostProcess {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
  const descriptors = readdirSync(`/proc/${pid}/fdinfo`);
  const watches = descriptors.flatMap((name) => textOf(`/proc/${pid}/fdinfo/${name}`).match(/^inotify wd:/gm) ?? []);
  return { resident: kilobytes * 1024, descriptors: descriptors.length, watches: watches.length };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It was closed meanwhile.
    return '';
  }
}
