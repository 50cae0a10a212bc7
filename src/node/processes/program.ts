import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/*
 * Programs of the system are started by their whole path. By a bare name Windows starts what lies in the working folder,
 * and other systems do where the path names `.` or a relative folder: that may be somebody else's repository.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

/** The first program of these names on the path; null where there is none. */
export async function programOnPath(
  names: readonly string[],
  environment: Environment = process.env,
): Promise<string | null> {
  for (const name of names) {
    for (const folder of pathFolders(environment)) {
      const file = join(folder, programName(name));
      if (await isProgram(file)) return file;
    }
  }
  return null;
}

/** The folders of the path that are named from the root: others change with the folder one is in. */
export function pathFolders(environment: Environment): string[] {
  // Windows spells it Path.
  const path = environment['PATH'] ?? environment['Path'] ?? '';
  return path.split(delimiter).filter((folder) => isAbsolute(folder));
}

export function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

const programName = (name: string): string =>
  process.platform === 'win32' && !name.includes('.') ? `${name}.exe` : name;
