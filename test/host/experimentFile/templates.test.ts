import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseExperiment } from '../../../src/core/spec/experiment/experimentFile.js';
import { ProblemError } from '../../../src/core/problem.js';
import { fillTemplate, readTemplates } from '../../../src/host/experimentFile/templates.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

describe('templates', () => {
  it('are experiments that run as they are, in order, each with words for the list', async () => {
    const templates = await readTemplates('media/templates');
    assert.equal(templates[0]?.name, 'mnist');
    assert.equal(new Set(templates.map(({ title }) => title)).size, templates.length);
    for (const { description } of templates) assert.match(description, /^[A-Z].*[.?]$/);
  });

  it('keep their comments under a name that may be anything', async () => {
    const name = 'a "quoted" näme \\ {';
    for (const template of await readTemplates('media/templates')) {
      const text = fillTemplate(template, { name });
      const { experiment, problems } = parseExperiment(text);
      assert.deepEqual(problems, []);
      assert.equal(experiment?.name, name);
      assert.ok(text.startsWith('{'));
      assert.equal(text.split('\n').length, template.text.split('\n').length - 1);
    }
  });

  it('are refused where the file is no experiment or says nothing of itself', async (test) => {
    const wrong = [
      ['// A: b\n{ "name": "x" }', 'experiment-missing'],
      [
        '{ "name": "x", "data": { "dataset": "mnist" }, "teacher": { "model": { "kind": "mlp" } }, "student": { "model": { "kind": "mlp" } } }',
        'template-untitled',
      ],
    ] as const;
    for (const [text, code] of wrong) {
      const folder = await temporaryFolder(test);
      await writeFile(join(folder, 'a.distill.json'), text);
      await assert.rejects(
        readTemplates(folder),
        (error) => error instanceof ProblemError && error.problem.code === code,
      );
    }
  });
});
