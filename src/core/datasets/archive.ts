/** A data set as its authors publish it. */
export interface Archive {
  readonly title: string;
  /** Where its authors tell of it. */
  readonly page: string;
  readonly url: string;
  readonly bytes: number;
  /** Of the whole archive, as the authors publish it: 32 hexadecimal digits. */
  readonly md5: string;
  /** The folder that the archive holds, and the one it becomes inside the data folder. */
  readonly folder: string;
  /** The files in it that must be there, with their sizes. */
  readonly files: Readonly<Record<string, number>>;
}

/** A data set that can be fetched, by the name that experiments have for it. */
export interface PublishedSet {
  readonly name: string;
  readonly archive: Archive;
}

/** What to do where a published set is not there: with a network, and without one. */
export function fetchFix({ name, archive: { url, md5 } }: PublishedSet): string {
  return (
    `Run \`distillery data fetch ${name}\`. Where there is no network, bring ${url} (md5 ${md5}) from elsewhere ` +
    `and run \`distillery data fetch ${name} --file ARCHIVE\`; or name the folder of its files as \`data.folder\`.`
  );
}
