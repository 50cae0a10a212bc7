import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { experimentJsonSchema, experimentSuggestionSchema } from '../src/core/spec/experiment/experimentJsonSchema.js';
import { withDefinitions } from './schema/definitions.js';

/**
 * Writes media/experiment.schema.json, for other editors, which says all that `*.distill.json` may hold; and
 * media/experiment.suggestions.json, from which the extension lets VS Code complete and explain it.
 */
const schemas = {
  'media/experiment.schema.json': experimentJsonSchema(),
  'media/experiment.suggestions.json': experimentSuggestionSchema(),
};
for (const [file, schema] of Object.entries(schemas)) {
  const options = await resolveConfig(file);
  await writeFile(file, await format(JSON.stringify(withDefinitions(schema)), { ...options, filepath: file }));
}
