import * as z from 'zod';

const output = z.union([z.int().min(0), z.string().min(1)]);

/** Names of a network's outputs in their order, or which of them means which class of the data set. */
export const classesByHand = z.union([
  z.array(z.string()).min(1),
  z.record(z.string(), z.union([output, z.array(output).min(1)])),
]);
export type WrittenClasses = z.output<typeof classesByHand>;

/**
 * The same, or the name of a file of it. Absent where output i is class i of the data set. In a run the file is read:
 * what it says is part of the spec.
 */
export const classesSchema = z
  .union([z.string().min(1), ...classesByHand.options])
  .optional()
  .describe(
    'Which outputs of the file mean the classes of the data set, where they are others or in another order: their names in the order of the outputs, a file of them (one a line, or a JSON list), or a map such as `{ "cat": 281, "dog": [207, 208] }`, where several outputs are summed as probabilities.',
  );
