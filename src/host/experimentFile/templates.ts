import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import { parseExperiment } from '../../core/spec/experiment/experimentFile.js';
import { ProblemError } from '../../core/problem.js';
import { experimentEnding, experimentLabel } from '../workspace/experimentPath.js';
import { readTextFile } from '../../node/files/textFile.js';

/** An experiment to begin from. */
export interface Template {
  /** Of its file: `mnist-sweep`. */
  readonly name: string;
  /** What its first line says, up to the colon, and after it. */
  readonly title: string;
  readonly description: string;
  readonly text: string;
}

/**
 * The templates of a folder, in the order of the numbers that their files begin with. A template is an experiment that
 * runs as it is, below a comment `// Title: description`. To add one is to add a file.
 * @throws ProblemError for a file that is no experiment, or says nothing of itself
 */
export async function readTemplates(folder: string): Promise<Template[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(experimentEnding));
  files.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return Promise.all(files.map((file) => readTemplate(join(folder, file))));
}

async function readTemplate(file: string): Promise<Template> {
  const text = await readTextFile(file, { attempt: 'read the example' });
  const [fault] = parseExperiment(text, { file }).problems;
  if (fault !== undefined) throw new ProblemError(fault);
  const [, title, description] = /^\/\/ ([^:]+): (.+)/.exec(text) ?? [];
  if (title === undefined || description === undefined) {
    throw new ProblemError({
      code: 'template-untitled',
      message: 'The template does not begin with a comment that says what it is: expected `// Title: description`.',
      fix: 'Begin the file with such a line.',
      place: { file, line: 1 },
    });
  }
  return { name: experimentLabel(file).replace(/^\d+-/, ''), title, description, text };
}

/** The text of a new experiment: the template's, without the line that is for the list, under a name of its own. */
export function fillTemplate({ text }: Template, { name }: { name: string }): string {
  const body = text.slice(text.indexOf('\n') + 1);
  return applyEdits(body, modify(body, ['name'], name, {}));
}
