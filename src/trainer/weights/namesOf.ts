import type { ModelSpec } from '../../core/spec/spec.js';
import type { WeightsTensor } from '../../data/weights/weightsFile.js';
import { meantBy, type MeantTensor, type Naming } from './naming.js';
import { torchvisionVit } from './torchvisionVit.js';
import { transformersResnet } from './transformersResnet.js';
import { transformersVit } from './transformersVit.js';

/** How the names of a file become those of a network. */
export interface FoundNames {
  readonly naming: Naming;
  /** What stands before all of them: `module.`, `model.backbone.`; often nothing. */
  readonly prefix: string;
  /** Other prefixes under which as much of the network is found: copies of it, or another that is alike. */
  readonly rivals: readonly string[];
}

const own: Naming = { of: null, rules: [] };

/** Names that other libraries have for a network of ours. */
const libraries: Readonly<Partial<Record<ModelSpec['kind'], readonly Naming[]>>> = {
  vit: [torchvisionVit, transformersVit],
  resnet: [transformersResnet],
};

const namingsOf = (kind: ModelSpec['kind']): readonly Naming[] => [own, ...(libraries[kind] ?? [])];

/**
 * The naming and the prefix under which a file has most of a network's tensors.
 * @param wanted names of the network's tensors
 * @returns null where it has none of them
 */
export function findNames(
  tensors: readonly WeightsTensor[],
  { kind, wanted }: { kind: ModelSpec['kind']; wanted: ReadonlySet<string> },
): FoundNames | null {
  const found = namingsOf(kind).flatMap((naming) =>
    [...tensorsByPrefix(tensors, { naming, wanted })].map(([prefix, { size }]) => ({ naming, prefix, size })),
  );
  const most = Math.max(0, ...found.map(({ size }) => size));
  const [best, ...others] = found.filter(({ size }) => size === most);
  if (best === undefined) return null;
  // Some blocks of any network have the names of a stem; it takes more to be another network.
  const rivals = 2 * most < wanted.size ? [] : others.map(({ prefix }) => prefix);
  return { naming: best.naming, prefix: best.prefix, rivals };
}

/** The network's tensors that a file has behind each prefix. */
function tensorsByPrefix(
  tensors: readonly WeightsTensor[],
  { naming, wanted }: { naming: Naming; wanted: ReadonlySet<string> },
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { name } of tensors) {
    for (const prefix of prefixesOf(name)) {
      const meant = meantBy(naming, name.slice(prefix.length));
      if (meant === null || !wanted.has(meant.name)) continue;
      const names = found.get(prefix) ?? new Set();
      found.set(prefix, names.add(meant.name));
    }
  }
  return found;
}

/** `a.b.c` could be `c` behind `a.b.`, `b.c` behind `a.`, and itself behind nothing. */
function prefixesOf(name: string): string[] {
  const parts = name.split('.');
  return parts.map((_, index) =>
    parts
      .slice(0, index)
      .map((part) => `${part}.`)
      .join(''),
  );
}

/**
 * What a tensor of a file stands for. Heads are looked for outside of the prefix too: `backbone.conv1.weight` and
 * `fc.weight` may be of one network.
 * @returns null for what has no name of this naming
 */
export function meantIn(
  { naming, prefix }: FoundNames,
  name: string,
  { head }: { head: readonly string[] },
): (MeantTensor & { readonly outside: boolean }) | null {
  if (name.startsWith(prefix)) {
    const meant = meantBy(naming, name.slice(prefix.length));
    return meant === null ? null : { ...meant, outside: false };
  }
  for (const outer of prefixesOf(prefix)) {
    const meant = name.startsWith(outer) ? meantBy(naming, name.slice(outer.length)) : null;
    if (meant !== null && head.includes(meant.name)) return { ...meant, outside: true };
  }
  return null;
}
