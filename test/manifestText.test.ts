import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as z from 'zod';

const bundle = z.record(z.string(), z.string());
const readBundle = (name: string): Record<string, string> => bundle.parse(JSON.parse(readFileSync(name, 'utf8')));

/** Keys of the manifest below which a person reads text. */
const read = /^(title|shortTitle|description|markdownDescription|enumDescriptions|contents|altText|displayName|name)$/;
/** A name that no language changes. */
const proper = new Set(['Distillery']);

/** What a person reads of the manifest, by where it stands. */
function textsOf(value: unknown, path: readonly string[] = []): [string, string][] {
  if (typeof value === 'string') {
    return path.some((key) => read.test(key)) && !proper.has(value) ? [[path.join('.'), value]] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]));
}

const { contributes, description } = z
  .object({ contributes: z.looseObject({ languages: z.unknown(), grammars: z.unknown() }), description: z.string() })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { languages, grammars, ...shown } = contributes;
const texts = textsOf({ ...shown, description });

describe('what a person reads of the manifest', () => {
  const english = readBundle('package.nls.json');

  it('stands in package.nls.json, all of it', () => {
    assert.ok(texts.length > 80);
    const round = texts.filter(([, text]) => !/^%[\w./-]+%$/.test(text));
    assert.deepEqual(round, []);
    const keys = new Set(texts.map(([, text]) => text.slice(1, -1)));
    assert.deepEqual(Object.keys(english).sort(), [...keys].sort());
  });

  for (const file of readdirSync('.').filter((name) => /^package\.nls\.\w+\.json$/.test(name))) {
    it(`is whole in ${file}, with the same links and names in it`, () => {
      const translated = readBundle(file);
      assert.deepEqual(Object.keys(translated), Object.keys(english));
      const fixed = (text: string): string[] => text.match(/\(command:[\w.]+\)|`[^`]+`|%\w+%/g)?.sort() ?? [];
      const changed = Object.entries(english).filter(
        ([key, text]) => fixed(translated[key] ?? '').join() !== fixed(text).join(),
      );
      assert.deepEqual(changed, []);
      const untranslated = Object.keys(english).filter((key) => translated[key] === english[key]);
      assert.deepEqual(untranslated, []);
    });
  }
});
