import type { Naming, NamingRule } from './naming.js';

const inLayer = (theirs: string, ours: string): NamingRule => ({
  pattern: new RegExp(String.raw`^encoder\.layers\.encoder_layer_(\d+)\.(?:${theirs})`),
  name: `blocks.$1.${ours}`,
});

/** `vit_b_16` and the others of torchvision, whose names differ from timm's and whose tensors do not. */
export const torchvisionVit: Naming = {
  of: 'torchvision',
  rules: [
    { pattern: /^class_token$/, name: 'cls_token' },
    { pattern: /^encoder\.pos_embedding$/, name: 'pos_embed' },
    { pattern: /^conv_proj\./, name: 'patch_embed.proj.' },
    inLayer(String.raw`ln_1\.`, 'norm1.'),
    inLayer(String.raw`ln_2\.`, 'norm2.'),
    inLayer(String.raw`self_attention\.in_proj_`, 'attn.qkv.'),
    inLayer(String.raw`self_attention\.out_proj\.`, 'attn.proj.'),
    // torchvision 0.12 called the layers of the perceptron linear_1 and linear_2.
    inLayer(String.raw`mlp\.(?:0|linear_1)\.`, 'mlp.fc1.'),
    inLayer(String.raw`mlp\.(?:3|linear_2)\.`, 'mlp.fc2.'),
    { pattern: /^encoder\.ln\./, name: 'norm.' },
    { pattern: /^heads\.head\./, name: 'head.' },
  ],
};
