import type { Shown } from './gallery.js';
import type { Subject } from './subject.js';

/** What the view shows: one model, or two that answered the same examples, and what they are called. */
export interface Compared {
  readonly shown: Shown;
  readonly subjects: { readonly first: Subject; readonly second: Subject | null };
  /** Of the classes, [classes]. */
  readonly names: readonly string[];
}
