/** Begins the names of torchvision's `vit_b_16`, and of no other file we read. */
const isTorchvision = (name: string): boolean => name === 'conv_proj.weight';

const renamed: readonly (readonly [RegExp, string])[] = [
  [/^class_token$/, 'cls_token'],
  [/^encoder\.pos_embedding$/, 'pos_embed'],
  [/^conv_proj\./, 'patch_embed.proj.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.ln_([12])\./, 'blocks.$1.norm$2.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_(weight|bias)$/, 'blocks.$1.attn.qkv.$2'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.out_proj\./, 'blocks.$1.attn.proj.'],
  // torchvision 0.12 called the layers of the perceptron linear_1 and linear_2.
  [/^encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:0|linear_1)\./, 'blocks.$1.mlp.fc1.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:3|linear_2)\./, 'blocks.$1.mlp.fc2.'],
  [/^encoder\.ln\./, 'norm.'],
  [/^heads\.head\./, 'head.'],
];

/**
 * Names of tensors as timm gives them to a vision transformer, by the names in a file. torchvision's differ, its tensors
 * do not.
 */
export function timmNames(names: readonly string[]): ReadonlyMap<string, string> {
  const translate = names.some(isTorchvision);
  return new Map(
    names.map((name) => {
      const rule = translate ? renamed.find(([pattern]) => pattern.test(name)) : undefined;
      return [name, rule === undefined ? name : name.replace(rule[0], rule[1])];
    }),
  );
}
