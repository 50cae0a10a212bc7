import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { experimentJsonSchema } from '../src/core/experimentJsonSchema.js';

/** Writes media/experiment.schema.json, from which editors complete and explain `*.distill.json`. */
const file = 'media/experiment.schema.json';
const options = await resolveConfig(file);
await writeFile(file, await format(JSON.stringify(experimentJsonSchema()), { ...options, filepath: file }));
