import type { Shown } from './gallery/gallery.js';
import type { Subject } from './subject.js';

/** What the view shows: one model, or two that answered the same examples, and what they are called. */
export interface Compared {
  readonly shown: Shown;
  readonly subjects: { readonly first: Subject; readonly second: Subject | null };
  /** Of the classes, [classes]. */
  readonly names: readonly string[];
}

/** What the two are called where there is little room: `teacher` and `student`, unless they play the same part. */
export function shortNames({ first, second }: Compared['subjects']): { first: string; second: string } {
  if (second === null) return { first: first.role, second: '' };
  return first.role === second.role
    ? { first: first.name, second: second.name }
    : { first: first.role, second: second.role };
}
