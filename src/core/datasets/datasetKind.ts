import * as z from 'zod';
import type { Archive } from './archive.js';

const positiveInt = z.int().positive();
const limited = (split: string) => positiveInt.optional().describe(`How many ${split} examples are used.`);

/** How many training examples are held out. */
export const heldOut = z.int().min(0);

/** The settings that every data set has. */
export const commonSettings = {
  validation: heldOut
    .default(0)
    .describe(
      'How many training examples to hold out, drawn by the seed 0, so that settings can be chosen without the test set.',
    ),
  limit: z
    .strictObject({ train: limited('training'), validation: limited('validation'), test: limited('test') })
    .default({})
    .describe('Use only the first examples of a split: for a quick try.'),
};

/** What stands for the contents of files of the user's own, once they have been looked at. */
export const contentsSetting = {
  contents: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
};

/** A setting that names a file or a folder. */
export const path = (what: string) => z.string().min(1).describe(`${what}; relative to the experiment.`);

/** The spec of a data set with these settings, as a run has it. */
export type SpecOf<Settings extends z.core.$ZodLooseShape> = z.output<
  z.ZodObject<Settings & typeof contentsSetting, z.core.$strict>
>;

/** A setting of a data set that names a file or a folder. */
export interface PlaceSetting {
  /** From the spec to it: `['train', 'images']`. */
  readonly keys: readonly string[];
  /** `the images of train` */
  readonly what: string;
  readonly kind: 'file' | 'folder';
}

/** The setting of sets that lie in one folder. */
export const folderPlace: PlaceSetting = { keys: ['folder'], what: 'the data set', kind: 'folder' };

/** All that is to be known of a kind of data set before any file of it is looked at. */
export interface DatasetKind<Spec, Source> {
  /** The settings that name files and folders. A set that names none where it may lies where Distillery put it. */
  readonly places: readonly PlaceSetting[];
  /** As its authors publish it; null where it cannot be fetched. */
  readonly archive: Archive | null;
  /** How many classes there are, where the spec alone tells; null where files have to be read. */
  classes(spec: Spec): number | null;
  /** For people, with the place where that is not known to all: `mnist`, `images in /data/flowers`. */
  words(spec: Spec): string;
  /** What decides which pictures there are, once it is known what is in the files: not where they lie. */
  identity(spec: Spec): object;
  /** Where its pictures are and in which format: all that whoever reads them has to know. */
  source(spec: Spec): Source;
}

/** A kind of data set with its settings, from which the types of its functions follow. */
export function datasetKind<Settings extends z.core.$ZodLooseShape, Source>(
  kind: { readonly settings: Settings } & DatasetKind<SpecOf<Settings>, Source>,
): { readonly settings: Settings } & DatasetKind<SpecOf<Settings>, Source> {
  return kind;
}
