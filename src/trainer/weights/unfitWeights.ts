import { ProblemError } from '../../core/problem.js';
import { counted } from '../../core/words.js';
import type { WeightsTensor } from '../../data/weights/weightsFile.js';
import { stateOf, type BufferSpec, type Model, type ParameterSpec } from '../models/model.js';
import { likenessOf, type Shapes } from './likeness.js';
import { meantIn, type FoundNames } from './namesOf.js';

/** What does not fit between a network and a file of weights. */
export type Misfit =
  | { readonly kind: 'missing'; readonly spec: ParameterSpec | BufferSpec }
  | {
      readonly kind: 'shape';
      readonly spec: ParameterSpec | BufferSpec;
      readonly parts: readonly WeightsTensor[];
      readonly shape: readonly number[];
    }
  | { readonly kind: 'type'; readonly spec: ParameterSpec | BufferSpec; readonly parts: readonly WeightsTensor[] }
  | { readonly kind: 'left over'; readonly tensor: WeightsTensor };

interface Context {
  readonly file: string;
  readonly network: Pick<Model, 'parameters' | 'buffers' | 'head'>;
  readonly tensors: readonly WeightsTensor[];
  readonly named: FoundNames | null;
}

/**
 * Why weights do not fit: of all that is wrong what tells most, and what the weights look like, where that can be told.
 */
export function unfitWeights(misfits: readonly Misfit[], context: Context): ProblemError {
  const { file, named, network } = context;
  if (named !== null && named.rivals.length > 0) return several([named.prefix, ...named.rivals], file);
  const theirs = likenessOf(shapesOf(context));
  const ours = likenessOf(new Map(stateOf(network).map(({ name, shape }) => [name, shape])));
  const other = theirs?.words === ours?.words ? null : theirs;
  const { code, message, fix } = whatIsWrong(misfits, context);
  const ourNetwork = ours === null ? 'this network' : `this network (${ours.words})`;
  const right =
    other?.settings == null
      ? `Use the weights of ${ourNetwork}, under the names of timm, torchvision, transformers or Distillery.`
      : `Set \`"model": { ${other.settings} }\`, or use the weights of ${ourNetwork}.`;
  // What belongs to a network that is known is not left out: without it that network is none.
  const without = code === 'weights-left-over' && other?.settings == null ? ` ${withoutSome(file)}` : '';
  return new ProblemError({
    code,
    message: other === null ? message : `${message} They look like ${other.words}.`,
    fix: fix ?? `${right}${without}`,
    place: { file },
  });
}

interface Wrong {
  readonly code: string;
  readonly message: string;
  /** Where it is not to use other weights. */
  readonly fix: string | null;
}

function whatIsWrong(misfits: readonly Misfit[], context: Context): Wrong {
  const of = <Kind extends Misfit['kind']>(kind: Kind): Extract<Misfit, { kind: Kind }>[] =>
    misfits.filter((each): each is Extract<Misfit, { kind: Kind }> => each.kind === kind);
  const [missing, ...alsoMissing] = of('missing');
  const [shaped, ...alsoShaped] = of('shape');
  const [typed] = of('type');
  const over = of('left over').map(({ tensor }) => tensor.name);
  if (missing !== undefined) {
    const others = alsoMissing.length === 0 ? '' : `, nor ${counted(alsoMissing.length, 'other')} of the network`;
    const there = context.tensors.map(({ name }) => name);
    const message = `The file has no tensor \`${missing.spec.name}\`${others}. It has ${there.length}: ${some(there)}.`;
    return { code: 'weights-missing', message, fix: lackingFix(context) };
  }
  if (shaped !== undefined) {
    const others = alsoShaped.length === 0 ? '' : ` ${counted(alsoShaped.length, 'other')} of another shape.`;
    const left = over.length === 0 ? '' : ` Left over: ${some(over)}.`;
    return { code: 'weights-shape', message: `${shapesWords(shaped)}${others}${left}`, fix: null };
  }
  if (over.length === 0 && typed !== undefined) {
    const [tensor] = typed.parts;
    return {
      code: 'weights-type',
      message: `The tensor \`${tensor?.name ?? typed.spec.name}\` has elements of type ${tensor?.dtype ?? 'unknown'}, which are no weights.`,
      fix: 'Use weights of F32, F16, BF16 or F64: quantized ones must be converted first.',
    };
  }
  const [is, them] = over.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return {
    code: 'weights-left-over',
    message: `${counted(over.length, 'tensor')} of the file ${is} no part of this network: ${some(over)}. Without ${them} the others would compute something else.`,
    fix: null,
  };
}

function shapesWords({ spec, parts, shape }: Extract<Misfit, { kind: 'shape' }>): string {
  const names = parts.map(({ name }) => `\`${name}\``).join(', ');
  const called = parts[0]?.name === spec.name ? '' : ` (\`${spec.name}\` here)`;
  return `The tensor ${names}${called} has the shape [${shape.join(', ')}] in the file, and the network wants [${spec.shape.join(', ')}].`;
}

/** Shapes of a file by the names that its tensors would have in the network, or by their own. */
const shapesOf = ({ named, tensors, network }: Context): Shapes =>
  new Map(
    tensors.map(({ name, shape }) => [named === null ? name : (meantIn(named, name, network)?.name ?? name), shape]),
  );

/** Where something is missing for a reason that can be told. */
function lackingFix({ file, network, tensors }: Context): string | null {
  const names = tensors.map(({ name }) => name);
  if (names.some((name) => network.head.includes(name)) && names.length <= 3 * network.head.length) {
    return 'This is a head alone. Export the whole network of the run: `distillery export RUN --format safetensors`.';
  }
  return /-\d{5}-of-\d{5}\.safetensors$/.test(file)
    ? 'This is one of several parts of a file: name the index that lies beside them (`model.safetensors.index.json`).'
    : null;
}

const several = (prefixes: readonly string[], file: string): ProblemError =>
  new ProblemError({
    code: 'weights-several',
    message: `The file holds ${prefixes.length} networks that fit: ${prefixes.map((prefix) => (prefix === '' ? 'one without prefix' : `one behind \`${prefix}\``)).join(', ')}.`,
    fix: `Say which one you mean by a file that holds it alone. ${withoutSome(file)}`,
    place: { file },
  });

const withoutSome = (file: string): string =>
  `To leave some out, in Python: \`from safetensors.torch import load_file, save_file; save_file({k: v for k, v in load_file(${JSON.stringify(file)}).items() if not k.startswith("PREFIX")}, "weights.safetensors")\`.`;

const most = 5;

function some(names: readonly string[]): string {
  const listed = names.slice(0, most).map((name) => `\`${name}\``);
  return `${listed.join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;
}
