import type { Problem } from '../../core/problem.js';
import type { PictureShape } from '../models/model.js';
import type { OnProgress } from '../progress.js';
import type { DecodedStore } from './decodedStore.js';

/** Pictures as bytes, row-major [n, height, width, channels], with their hard labels. */
export interface Split {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
  /** SHA-256 of the images' bytes, where somebody has hashed them already. */
  readonly sha256?: string;
}

/** A data set in memory: every split has pictures of one size and the same classes. */
export interface Dataset {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: readonly string[];
  readonly train: Split;
  /** Held out of the training set; empty unless asked for. */
  readonly validation: Split;
  readonly test: Split;
}

/** The pictures of a data set and the names of their classes. */
export interface LabelledPictures {
  readonly picture: PictureShape;
  readonly classes: readonly string[];
}

/** What there is of a data set, without its pictures. */
export interface DatasetShape extends LabelledPictures {
  readonly test: Pick<Split, 'labels'>;
  readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
}

/** What reading a data set needs beside its spec. */
export interface Reading {
  /** Where data sets lie that were fetched. */
  readonly dataFolder: string;
  /** Keeps what was decoded for other runs. */
  readonly decoded: DecodedStore;
  /** Takes what a person should know: what was decided, and what is not as it should be. */
  readonly say: { readonly note: (text: string) => void; readonly warn: (warning: Problem) => void };
  /** Told of long work; throws to stop it. */
  readonly onProgress: (what: string) => OnProgress;
}
