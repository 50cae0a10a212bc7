import type { Problem } from '../../core/problem.js';
import type { Role } from '../../core/spec/spec.js';
import type { WholeRun } from '../workspace/listedRun.js';

export interface RowIcon {
  readonly name: string;
  /** A colour of VS Code's, as `charts.purple`, or one of ours. */
  readonly color?: string;
}

/** One row: a plain value, so that two trees can be compared. */
export interface TreeRow {
  /** Stays the same for the same thing, whatever is shown of it. */
  readonly id: string;
  readonly target: RowTarget;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: RowIcon;
  /** Words that menus ask for: `run running`, `experiment file busy`. */
  readonly context: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly expanded: boolean;
  readonly children: readonly TreeRow[];
}

export type RowTarget =
  | { readonly kind: 'experiment'; readonly file: string | null; readonly runs: readonly WholeRun[] }
  | { readonly kind: 'group'; readonly role: Role }
  | { readonly kind: 'run'; readonly run: WholeRun }
  | { readonly kind: 'damaged'; readonly path: string; readonly problem: Problem };

/** One colour and one icon a role, as in the panel. */
export const roleLooks: Readonly<Record<Role, { one: string; many: string; icon: string; color: string }>> = {
  teacher: { one: 'Teacher', many: 'Teachers', icon: 'mortar-board', color: 'charts.purple' },
  baseline: { one: 'Baseline', many: 'Baselines', icon: 'circle-large-outline', color: 'distillery.baseline' },
  student: { one: 'Student', many: 'Students', icon: 'person', color: 'charts.blue' },
};
