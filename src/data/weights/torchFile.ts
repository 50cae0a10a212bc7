import { readPickle, type PickleShape, type ReadPickle } from './pickleShape.js';

/** What `torch.save` wrote, and so which line of Python gets at its weights. */
export type TorchForm =
  /** Names and tensors, in a dictionary of the file or the file itself. */
  | { readonly kind: 'state'; readonly keys: readonly string[]; readonly others: readonly string[] }
  /** The network itself, an object of a class. */
  | { readonly kind: 'module'; readonly keys: readonly string[]; readonly name: string };

export interface TorchFile {
  /** Null where it cannot be told. */
  readonly form: TorchForm | null;
  /** What `torch.load(weights_only=True)` would not make. */
  readonly unsafe: readonly string[];
}

/** Of the pickle in a zip archive of `torch.save`: all of it. */
export const torchFileOf = (pickle: Uint8Array): TorchFile => described(readPickle(pickle));

/**
 * Of a file from before PyTorch 1.6, which is several pickles: a magic number, a version, facts about the machine, and
 * then what was saved. Any other pickle is one.
 * @param begin of the file: as much as may hold the pickles
 */
export function legacyTorchFileOf(begin: Uint8Array): TorchFile & { readonly torch: boolean } {
  const torch = torchMagic.every((byte, index) => begin[index] === byte);
  let read = readPickle(begin);
  for (let before = torch ? 3 : 0; before > 0 && read !== null; before--) read = readPickle(begin, read.end);
  return { ...described(read), torch };
}

/** `PROTO 2`, `LONG1` of ten bytes: PyTorch's magic number. */
const torchMagic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

function described(read: ReadPickle | null): TorchFile {
  if (read === null) return { form: null, unsafe: [] };
  return { form: formOf(read.shape), unsafe: [...read.globals].filter((name) => !safe.test(name)) };
}

/** Of what PyTorch makes without being told to: the rest it refuses unless `weights_only=False` is said. */
const safe =
  /^(?:torch\._utils\._rebuild_\w+|torch\.\w*Storage|torch\.storage\.\w+|torch\.nn\.parameter\.(?:Parameter|Buffer)|torch\.(?:Size|device|Tensor|u?int\d+|float\d+|bfloat16|bool)|collections\.(?:OrderedDict|Counter))$/;

function formOf(shape: PickleShape): TorchForm | null {
  const found = formsIn(shape);
  const own = found.filter(({ keys }) => !keys.some((key) => /(?:^|_)(?:ema|swa|avg|averaged)(?:_|$)/i.test(key)));
  const [first] = own.length > 0 ? own : found;
  if (first?.kind !== 'state') return first ?? null;
  const others = found.filter((each) => each !== first).map(({ keys }) => keys.join('.'));
  return { ...first, others };
}

/** How deep checkpoints nest: `["model"]["state_dict"]`. */
const deepest = 2;

/** Level by level, each dictionary once where it lies highest: the work grows with the file alone, whatever it shares. */
function formsIn(whole: PickleShape): TorchForm[] {
  const seen = new Set<PickleShape>([whole]);
  const forms: TorchForm[] = [];
  let level: readonly Kept[] = [{ shape: whole, keys: [] }];
  for (let depth = 0; depth <= deepest; depth++) {
    const below: Kept[] = [];
    for (const kept of level) {
      const form = formAt(kept);
      if (form !== null) forms.push(form);
      if (form !== null || kept.shape.kind !== 'dict') continue;
      for (const [key, shape] of kept.shape.entries) {
        if (/optim/i.test(key) || (shape.kind === 'dict' && seen.has(shape))) continue;
        seen.add(shape);
        below.push({ shape, keys: [...kept.keys, key] });
      }
    }
    level = below;
  }
  return forms;
}

/** Something in a file, and the keys that lead to it. */
interface Kept {
  readonly shape: PickleShape;
  readonly keys: readonly string[];
}

function formAt({ shape, keys }: Kept): TorchForm | null {
  switch (shape.kind) {
    case 'object':
      // Beside the weights there may be arguments, a scheduler and much else.
      return keys.length === 0 || /model|net/i.test(keys.at(-1) ?? '')
        ? { kind: 'module', keys, name: shape.name }
        : null;
    case 'dict': {
      const hasWeights = [...shape.entries].some(([name, { kind }]) => kind === 'tensor' && /weight|bias/.test(name));
      return hasWeights ? { kind: 'state', keys, others: [] } : null;
    }
    case 'tensor':
    case 'other':
      return null;
  }
}
