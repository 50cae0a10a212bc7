/** How a library calls the tensors of a network, and how its names become ours. */
export interface Naming {
  /** As the report tells it; null for the names that we have too. */
  readonly of: string | null;
  /** Rules for names without prefix; the first that fits is taken. None: the names are ours. */
  readonly rules: readonly NamingRule[];
}

export interface NamingRule {
  readonly pattern: RegExp;
  /** Our name, with `$1` and so on. */
  readonly name: string;
  /** Of our tensor: which of several parts along its first axis this is; absent for all of it. */
  readonly part?: number;
  /** How many parts it has. */
  readonly parts?: number;
}

/** A tensor of ours that a name stands for, as a whole or as one of the parts along its first axis. */
export interface MeantTensor {
  readonly name: string;
  readonly part: number;
  readonly parts: number;
}

/** What a name without prefix stands for; null where it is none of this naming. */
export function meantBy({ rules }: Naming, name: string): MeantTensor | null {
  if (rules.length === 0) return { name, part: 0, parts: 1 };
  const rule = rules.find(({ pattern }) => pattern.test(name));
  if (rule === undefined) return null;
  return { name: name.replace(rule.pattern, rule.name), part: rule.part ?? 0, parts: rule.parts ?? 1 };
}
