import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { errorCode, fileProblem } from '../../node/fileProblem.js';

/** A link that leads nowhere, or back to where it lies. */
export interface BrokenLink {
  /** Relative to the folder that was looked into, with `/`. */
  readonly name: string;
  /** Words that follow the link's name: `is a link to /nowhere/x.png, which is not there`. */
  readonly why: string;
}

/** What lies directly in a folder, links followed, names sorted as Python sorts them. */
export interface FolderEntries {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly broken: readonly BrokenLink[];
  /** Files that systems and editors leave everywhere, as `.DS_Store`. */
  readonly hidden: number;
}

/** Folders and files that nobody made as data: hidden ones, and what archives and systems leave. */
const isHidden = (name: string): boolean =>
  name.startsWith('.') || ['__MACOSX', '@eaDir', '$RECYCLE.BIN', 'System Volume Information'].includes(name);

/**
 * What lies directly in a folder.
 * @throws ProblemError `file-missing`, `no-permission`, …
 */
export async function entriesOf(folder: string): Promise<FolderEntries> {
  const folders: string[] = [];
  const files: string[] = [];
  const broken: BrokenLink[] = [];
  let hidden = 0;
  for (const entry of await listed(folder)) {
    const { name } = entry;
    if (isHidden(name)) hidden += entry.isDirectory() ? 0 : 1;
    else if (entry.isDirectory()) folders.push(name);
    else if (entry.isFile()) files.push(name);
    else if (entry.isSymbolicLink()) {
      const target = await targetOf(join(folder, name));
      if (target.kind === 'broken') broken.push({ name, why: target.why });
      else if (target.kind === 'folder') folders.push(name);
      else if (target.kind === 'file') files.push(name);
    }
  }
  return { folders: folders.sort(), files: files.sort(), broken, hidden };
}

async function listed(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw fileProblem(error, { path: folder, attempt: 'look into the folder' });
  }
}

type Target = { readonly kind: 'folder' | 'file' | 'device' } | { readonly kind: 'broken'; readonly why: string };

/** What a link leads to, or why it leads nowhere. */
async function targetOf(link: string): Promise<Target> {
  try {
    const found = await stat(link);
    return { kind: found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'device' };
  } catch (error) {
    return { kind: 'broken', why: await whyBroken(link, errorCode(error)) };
  }
}

async function whyBroken(link: string, code: string | undefined): Promise<string> {
  const to = await readlink(link).catch(() => '?');
  const target = resolve(dirname(link), to);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `is a link to ${target}, which is not there`;
    case 'ELOOP':
      return `is a link to ${target}, which leads back to itself`;
    case 'EACCES':
    case 'EPERM':
      return `is a link to ${target}, which may not be looked at`;
    default:
      return `is a link to ${target}, which cannot be followed`;
  }
}

/** All files below a folder: their paths inside it, with `/` on every system, in one order. */
export interface FilesBelow extends Pick<FolderEntries, 'files' | 'broken' | 'hidden'> {
  /** Folders below it that cannot be looked into. */
  readonly failures: readonly unknown[];
}

/**
 * All files below a folder, links to folders followed as `os.walk(followlinks=True)` does, but not those that lead back.
 * Never throws for what is wrong with one of its folders.
 */
export async function filesBelow(folder: string): Promise<FilesBelow> {
  const files: string[] = [];
  const broken: BrokenLink[] = [];
  const failures: unknown[] = [];
  let hidden = 0;
  const look = async (inside: string, above: readonly string[]): Promise<void> => {
    const path = join(folder, inside);
    const nameOf = (name: string): string => (inside === '' ? name : `${inside}/${name}`);
    try {
      const real = await realpath(path);
      if (above.some((each) => each === real || each.startsWith(`${real}${sep}`))) {
        broken.push({ name: inside, why: `is a link to ${real}, which it lies in` });
        return;
      }
      const found = await entriesOf(path);
      hidden += found.hidden;
      files.push(...found.files.map(nameOf));
      broken.push(...found.broken.map(({ name, why }) => ({ name: nameOf(name), why })));
      for (const name of found.folders) await look(nameOf(name), [...above, real]);
    } catch (error) {
      failures.push(error);
    }
  };
  await look('', []);
  return { files: files.sort(), broken, hidden, failures };
}
