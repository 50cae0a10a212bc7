import { cpSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Copies the examples below `home`, with the schema where they look for it. What is there already stays as it is.
 * @returns the folder of the examples
 */
export function copyExamples(home: string): string {
  const folder = join(home, 'examples');
  cpSync('examples', folder, { recursive: true, force: false });
  cpSync('media/experiment.schema.json', join(home, 'media/experiment.schema.json'));
  return folder;
}
