/**
 * Tensors of a file that a network does not have and can do without: what training keeps beside the weights. Whatever
 * else is left over belongs to another network.
 */

/** Names of components of a name, between its dots. */
const averages = /^(?:\w+_)?(?:ema|swa|avg|averaged?|shadow)(?:_\w+)?$/i;
const training =
  /^(?:optim|opt|optimizers?|optimizer_states?|(?:lr_)?schedulers?|(?:grad_|loss_|amp_)?scaler|criterion|loss|loss_fn|callbacks|loops|exp_avg(?:_sq)?|momentum_buffer)$/i;
const counters =
  /^(?:num_batches_tracked|n_averaged|total_ops|total_params|position_ids|initted|num_updates|step|steps|global_step|epoch|epochs|iteration|best_\w+)$/i;

/** Copies of the weights that were averaged over steps. */
export const isAverage = (name: string): boolean => name.split('.').some((part) => averages.test(part));

/** Optimizer, schedule and counters. @returns why it is left out; null for weights */
export function ofTraining(name: string): string | null {
  const parts = name.split('.');
  if (parts.some((part) => training.test(part))) return 'of its training';
  return counters.test(parts.at(-1) ?? '') ? 'a counter' : null;
}

const heads =
  /^(?:fc|heads?|classifier|cls_head|linear|last_linear|logits|output_layer|prediction_head|proj(?:ection|ector)?(?:_head)?|prototypes|predictor)$/i;
const beforeHeads = /^(?:pre_logits|pooler)$/i;

/**
 * Whether a tensor that a network does not have is of a head, which is no part of the backbone.
 * @param name without the prefix of the file
 * @param anew whether the network's own head is not from the file: only then a layer before the head may be left out
 */
export function isOtherHead(name: string, { anew }: { anew: boolean }): boolean {
  const parts = name.split('.').slice(0, -1);
  if (parts.some((part) => beforeHeads.test(part))) return anew;
  return heads.test(parts[0] ?? '');
}
