import { basename } from 'node:path';
import type { Problem } from '../../core/problem.js';
import type { TorchFile, TorchForm } from './torchFile.js';

/** `"weights.pth"` as Python reads it, which reads such texts as JSON does. */
const python = (text: string): string => JSON.stringify(text);

/** Where the safetensors file that a recipe writes goes: beside the other, which may be called so already. */
export function convertedName(file: string): string {
  const to = `${file.replace(/\.[^./\\]{1,12}$/, '')}.safetensors`;
  return to === file ? file.replace(/safetensors$/, 'converted.safetensors') : to;
}

/** What a file of `torch.save` is, and how to get at its weights. */
export function torchProblem(path: string, file: TorchFile): Omit<Problem, 'place'> {
  return {
    code: 'weights-pickle',
    message: `This is a file of \`torch.save\`${inWords(file.form)}, and no safetensors file. Pickles can run any program and are not read.`,
    fix: torchRecipe(path, file),
  };
}

function inWords(form: TorchForm | null): string {
  if (form === null) return ' whose contents cannot be told';
  const at = form.keys.map((key) => `["${key}"]`).join('');
  switch (form.kind) {
    case 'module':
      return ` that holds a whole network, a \`${form.name}\`${at === '' ? '' : `, under \`${at}\``}`;
    case 'state': {
      const beside = form.others.length === 0 ? '' : ` (and others under ${form.others.join(', ')})`;
      return at === '' ? ' that holds a state dict' : ` that holds a state dict under \`${at}\`${beside}`;
    }
  }
}

/**
 * Lines of Python that write what `torch.save` saved as safetensors (tried with PyTorch 2.15). `torch.load` makes tensors
 * alone unless it is told otherwise, which must not be done with a file of somebody one does not trust.
 */
function torchRecipe(file: string, { form, unsafe }: TorchFile): string {
  const trust =
    form?.kind === 'module' || form === null || unsafe.length > 0
      ? ` \`weights_only=False\` runs what is in the file: do that only with one whose origin you trust.`
      : '';
  // By that ending PyTorch 2.15 takes a path for a safetensors file.
  const source = file.endsWith('.safetensors') ? `open(${python(file)}, "rb")` : python(file);
  const load = `torch.load(${source}, map_location="cpu", weights_only=${trust === '' ? 'True' : 'False'})`;
  return `${inPython(file, stateLines(load, form))}${needs({ form, unsafe })}${trust}`;
}

/** The same for an archive of TorchScript. */
export const scriptRecipe = (file: string): string =>
  inPython(file, [`state = torch.jit.load(${python(file)}, map_location="cpu").state_dict()`]);

function inPython(file: string, lines: readonly string[]): string {
  const to = convertedName(file);
  const all = [
    'import torch; from safetensors.torch import save_file',
    ...lines,
    // Tensors that share memory, or lie in it in another order, are refused by `save_file`.
    `save_file({k: v.contiguous().clone() for k, v in state.items() if isinstance(v, torch.Tensor)}, ${python(to)})`,
  ];
  return `Write its weights as safetensors, in Python: \`${all.join('; ')}\`, and name ${basename(to)}.`;
}

function stateLines(load: string, form: TorchForm | null): string[] {
  if (form === null) {
    return [
      `found = ${load}`,
      'found = next((found[k] for k in ("state_dict", "model", "net") if isinstance(found, dict) and k in found), found)',
      'state = found if isinstance(found, dict) else found.state_dict()',
    ];
  }
  const inside = form.keys.map((key) => `[${python(key)}]`).join('');
  return [`state = ${load}${inside}${form.kind === 'module' ? '.state_dict()' : ''}`];
}

/** Which packages must be installed for it, since the file names their classes. */
function needs({ form, unsafe }: TorchFile): string {
  const [first] = form?.kind === 'module' ? [form.name] : unsafe;
  if (first === undefined) return '';
  const [module = ''] = first.split('.');
  return ` Python must be able to import \`${first}\`${module === '__main__' ? ', so run it in the script that saved the file' : ''}.`;
}
