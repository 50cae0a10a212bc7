import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The beginning and the end of a PNG, which is all that is looked at without a decoder. */
const png = [
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/** Writes what passes for a picture until it is decoded, and makes its folder. @param bytes so many more behind it */
export function putPicture(path: string, { bytes = 0 }: { bytes?: number } = {}): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Uint8Array.from([...png, ...new Array<number>(bytes).fill(0)]));
}

/** Pictures `0.png` and so on in the folder of each class of each split: `{ 'train/a': 3 }`. */
export function putPictures(folder: string, counts: Readonly<Record<string, number>>): void {
  for (const [place, count] of Object.entries(counts)) {
    for (let number = 0; number < count; number++) putPicture(`${folder}/${place}/${number}.png`);
  }
}
