import { ProblemError } from '../../core/problem.js';
import { counted } from '../../core/words.js';
import type { WeightsTensor } from '../../run/weights/weightsFile.js';
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
 * Why weights do not fit: of all that is wrong first what tells most, then what they look like, where that can be told.
 */
export function unfitWeights(misfits: readonly Misfit[], context: Context): ProblemError {
  const { file, named } = context;
  if (named !== null && named.rivals.length > 0) return several([named.prefix, ...named.rivals], file);
  const of = <Kind extends Misfit['kind']>(kind: Kind): Extract<Misfit, { kind: Kind }>[] =>
    misfits.filter((each): each is Extract<Misfit, { kind: Kind }> => each.kind === kind);
  const [missing, shaped, typed, over] = [of('missing'), of('shape'), of('type'), of('left over')];
  const theirs = likenessOf(shapesOf(context));
  const ours = likenessOf(new Map(stateOf(context.network).map(({ name, shape }) => [name, shape])));
  const like = theirs === null || theirs.words === ours?.words ? '' : ` They look like ${theirs.words}.`;
  const problem = (code: string, message: string, mend: string): ProblemError =>
    new ProblemError({ code, message: `${message}${like}`, mend, place: { file } });
  const known =
    like === '' || theirs?.settings == null
      ? `Use the weights of this network${ours === null ? '' : ` (${ours.words})`}, under the names of timm, torchvision, transformers or Distillery.`
      : `Set ${theirs.settings}, or use the weights of this network${ours === null ? '' : ` (${ours.words})`}.`;
  const [lacking] = missing;
  if (lacking !== undefined) {
    const message = `The file has no tensor \`${lacking.spec.name}\`${missing.length === 1 ? '' : `, nor ${missing.length - 1} others of the network`}. It has ${context.tensors.length}: ${some(context.tensors.map(({ name }) => name))}.`;
    return problem('weights-missing', message, lackingMend(context) ?? known);
  }
  const [wrong] = shaped;
  if (wrong !== undefined) {
    const names = wrong.parts.map(({ name }) => `\`${name}\``).join(', ');
    const called = wrong.parts[0]?.name === wrong.spec.name ? '' : ` (\`${wrong.spec.name}\` here)`;
    const others = shaped.length === 1 ? '' : ` ${counted(shaped.length - 1, 'other')} do not fit either.`;
    const left = over.length === 0 ? '' : ` Left over: ${some(over.map(({ tensor }) => tensor.name))}.`;
    const message = `The tensor ${names}${called} has the shape [${wrong.shape.join(', ')}] in the file, and the network wants [${wrong.spec.shape.join(', ')}].${others}${left}`;
    return problem('weights-shape', message, known);
  }
  if (over.length > 0) {
    const message = `${counted(over.length, 'tensor')} of the file ${over.length === 1 ? 'is' : 'are'} no part of this network: ${some(over.map(({ tensor }) => tensor.name))}. Without ${over.length === 1 ? 'it' : 'them'} the others would compute something else.`;
    return problem('weights-left-over', message, `${known} ${withoutSome(file)}`);
  }
  const [quantized] = typed;
  const tensor = quantized?.parts[0];
  return problem(
    'weights-type',
    `The tensor \`${tensor?.name ?? ''}\` has elements of type ${tensor?.dtype ?? ''}, which are no weights.`,
    'Use weights of F32, F16, BF16 or F64: quantized ones must be converted first.',
  );
}

/** Shapes of a file by the names that its tensors would have in the network, or by their own. */
const shapesOf = ({ named, tensors, network }: Context): Shapes =>
  new Map(
    tensors.map(({ name, shape }) => [named === null ? name : (meantIn(named, name, network)?.name ?? name), shape]),
  );

/** Where something is missing for a reason that can be told. */
function lackingMend({ file, network, tensors }: Context): string | null {
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
    mend: `Say which one you mean by a file that holds it alone. ${withoutSome(file)}`,
    place: { file },
  });

const withoutSome = (file: string): string =>
  `To leave some out, in Python: \`from safetensors.torch import load_file, save_file; save_file({k: v for k, v in load_file(${JSON.stringify(file)}).items() if not k.startswith("PREFIX")}, "weights.safetensors")\`.`;

const most = 5;

function some(names: readonly string[]): string {
  const listed = names.slice(0, most).map((name) => `\`${name}\``);
  return `${listed.join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;
}
