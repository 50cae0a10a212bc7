import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Makes an image folder of JPEGs, 8×8 pixels in colour; each class has a tint of its own. @param train and test: pictures a class */
export async function writePictureFolder(
  folder: string,
  { classes, ...counts }: { classes: readonly string[]; train: number; test: number },
): Promise<void> {
  for (const split of ['train', 'test'] as const) {
    for (const [label, name] of classes.entries()) {
      await mkdir(join(folder, split, name), { recursive: true });
      for (let number = 0; number < counts[split]; number++) {
        const background = { r: (255 * label) / classes.length, g: (number * 37) % 256, b: 128 };
        const picture = sharp({ create: { height: 8, width: 8, channels: 3, background } });
        await writeFile(join(folder, split, name, `${number}.jpg`), await picture.jpeg().toBuffer());
      }
    }
  }
}
