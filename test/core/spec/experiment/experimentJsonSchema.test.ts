import assert from 'node:assert/strict';
import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { parseExperiment } from '../../../../src/core/spec/experiment/experimentFile.js';
import {
  experimentJsonSchema,
  experimentSuggestionSchema,
} from '../../../../src/core/spec/experiment/experimentJsonSchema.js';
import { isJsonObject } from '../../../../src/core/json.js';
import { JsonText } from '../../../../src/core/jsonText.js';
import { withDefinitions } from '../../../../scripts/schema/definitions.js';
import { small, validFile } from './experimentFiles.js';

function stored(name: string): unknown {
  return JSON.parse(readFileSync(`media/${name}`, 'utf8'));
}

/** As an editor checks a file: from what is stored, by another than who wrote it. */
const isValid = new Ajv({ unknownFormats: 'ignore' }).compile(
  z.record(z.string(), z.unknown()).parse(stored('experiment.schema.json')),
);

/** Whether the editor takes the file, having seen to it that we say the same. */
function accepts(file: unknown): boolean {
  const accepted = isValid(file) === true;
  assert.equal(parseExperiment(JSON.stringify(file)).experiment !== null, accepted);
  return accepted;
}

describe('the JSON Schema of experiments', () => {
  it('is stored as it is: run scripts/schema.ts when this fails', () => {
    assert.deepEqual(stored('experiment.schema.json'), withDefinitions(experimentJsonSchema()));
    assert.deepEqual(stored('experiment.suggestions.json'), withDefinitions(experimentSuggestionSchema()));
  });

  it('says, with what its references name in their places, what was written without them', () => {
    for (const schema of [experimentJsonSchema(), experimentSuggestionSchema()]) {
      const { $defs, ...rest } = withDefinitions(schema);
      assert.ok(isJsonObject($defs) && Object.keys($defs).length > 10);
      assert.deepEqual(resolved(rest, $defs), JSON.parse(JSON.stringify(schema)));
    }
    assert.ok(JSON.stringify(stored('experiment.suggestions.json')).length < 60_000);
  });

  it('takes every file that we take', () => {
    fc.assert(
      fc.property(validFile, (file) => assert.ok(accepts(JSON.parse(JSON.stringify(file))))),
      { numRuns: 50 },
    );
    for (const name of ['mnist-quick', 'mnist-hinton']) {
      assert.ok(accepts(new JsonText(readFileSync(`examples/${name}.distill.json`, 'utf8')).value));
    }
  });

  it('lets the kind of an optimizer be left out, but not that of a model', () => {
    const student = { ...small.student, train: { optimizer: { momentum: 0.5 }, schedule: {} } };
    assert.ok(accepts({ ...small, student, distill: { alpha: 0 } }));
    assert.ok(!accepts({ ...small, student: { model: { hidden: [3] } } }));
    assert.ok(!accepts({ ...small, student: { ...small.student, train: { optimizer: { beta1: 0.5 } } } }));
  });

  it('knows what can be swept, and by what', () => {
    const sweep = (path: string, ...values: unknown[]): boolean => accepts({ ...small, sweep: { [path]: values } });
    assert.ok(sweep('distill.temperature', 2, 4));
    assert.ok(sweep('student.model.hidden', [10], []));
    assert.ok(sweep('student.train.optimizer', { kind: 'adam' }, { momentum: 0 }));
    assert.ok(!sweep('distill.temperature', 0));
    assert.ok(!sweep('distill.temprature', 2));
    assert.ok(!sweep('teacher.seed', 2));
    assert.ok(!sweep('distill.alpha'));
  });

  it('explains every part of a file in a sentence', () => {
    const { properties = {} } = experimentJsonSchema();
    for (const [key, setting] of Object.entries(properties)) {
      assert.match(String(typeof setting === 'object' ? setting.description : ''), /^[A-Z].*\.$/, key);
    }
  });

  it('leaves no setting without a word for the hover', () => {
    assert.deepEqual(unexplained(experimentJsonSchema(), ''), []);
  });
});

/** A schema with what each reference names in its place. A reference has nothing beside it: in draft 7 it would be overlooked. */
function resolved(part: unknown, definitions: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(part)) return part.map((item: unknown) => resolved(item, definitions));
  if (!isJsonObject(part)) return part;
  if (typeof part.$ref !== 'string')
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolved(value, definitions)]));
  assert.deepEqual(Object.keys(part), ['$ref']);
  const name = part.$ref.replace('#/$defs/', '');
  assert.ok(name in definitions, part.$ref);
  return resolved(definitions[name], definitions);
}

/** Paths of the settings below that have no description. The names of losses are explained where they are chosen. */
function unexplained(schema: unknown, path: string): string[] {
  if (!isJsonObject(schema)) return [];
  const { properties, items, oneOf, anyOf } = schema;
  const own = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([key, setting]) => {
    const here = `${path}.${key}`;
    const isExplained = isJsonObject(setting) && typeof setting.description === 'string';
    return [...(isExplained ? [] : [here]), ...unexplained(setting, here)];
  });
  const forms = [oneOf, anyOf].flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  return [...own, ...unexplained(items, `${path}[]`), ...forms.flatMap((form) => unexplained(form, path))];
}
