/** Shapes of tensors by their names, as timm and torchvision give them. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** What weights are of, in words, and the settings of the model that they would fit, where there is one. */
export interface Likeness {
  readonly words: string;
  readonly settings: string | null;
}

/** Parts that networks of this project do not have, by how they are called. The first that is found is told. */
const foreign: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/(?:^|\.)(?:dist_token|distillation_token)$|(?:^|\.)head_dist\./, 'a distilled DeiT, which has a second token'],
  [/(?:^|\.)(?:reg_token|register_tokens)$/, 'a vision transformer with registers'],
  [/\.ls[12]\.gamma$|\.layer_scale_?\d|\.gamma_?[12]$/, 'a network with LayerScale'],
  [/\.(?:se|se_module)\.|^layer\d\.\d+\.fc[12]\./, 'a network with squeeze and excitation, as SE-ResNet'],
  [/\.(?:q_norm|k_norm)\./, 'a vision transformer with normalized queries and keys'],
  [/(?:^|\.)fc_norm\./, 'a vision transformer that averages its tokens'],
  [/(?:^|\.)(?:norm_pre|ln_pre|pre_layrnorm)\./, 'the vision transformer of CLIP'],
  [/(?:^|\.)(?:mask_token|decoder_pos_embed)$/, 'a masked autoencoder'],
  [/\.lora_[AB]\b/, 'an adapter (LoRA), which must be merged into its network first'],
  [/\.weight_(?:orig|mask)$/, 'a pruned network: `torch.nn.utils.prune.remove` makes its weights whole'],
  [/\.weight_[gv]$|\.parametrizations\./, 'a network with parametrized weights, which must be removed first'],
  [/relative_position_bias_table$/, 'a Swin transformer'],
  [/^conv1\.0\.weight$/, 'a ResNet with three convolutions in its stem'],
  [/^features\.(?:\d|conv0|denseblock)/, 'a VGG, DenseNet, MobileNet or EfficientNet'],
  [/^stages\.\d/, 'a ConvNeXt, RegNet or the like'],
];

/** What a network is, by its tensors; null where they tell nothing. */
export function likenessOf(shapes: Shapes): Likeness | null {
  const names = [...shapes.keys()];
  const part = foreign.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (part !== undefined) return { words: part[1], settings: null };
  return residual(shapes) ?? transformer(shapes) ?? perceptron(shapes);
}

/** Blocks of each stage, and whether they are bottlenecks, by torchvision's depths. */
const depths: Readonly<Record<string, number>> = {
  ...{ 'basic 2,2,2,2': 18, 'basic 3,4,6,3': 34 },
  ...{ 'bottleneck 3,4,6,3': 50, 'bottleneck 3,4,23,3': 101, 'bottleneck 3,8,36,3': 152 },
};
const ownDepths: readonly number[] = [18, 34, 50];
/** Of RepDistiller's, by blocks of a stage, channels of the stem and of the first stage. */
const variants: Readonly<Record<string, string>> = {
  ...{ '3,16,16': 'resnet20', '5,16,16': 'resnet32', '9,16,16': 'resnet56' },
  ...{ '1,32,64': 'resnet8x4', '5,32,64': 'resnet32x4' },
};

function residual(shapes: Shapes): Likeness | null {
  const stages = [1, 2, 3, 4].map((stage) => countOf(shapes, new RegExp(`^layer${stage}\\.(\\d+)\\.conv1\\.weight$`)));
  const blocks = stages.filter((count) => count > 0);
  const [stem, , side] = shapes.get('conv1.weight') ?? [];
  const [width = 0] = shapes.get('layer1.0.conv1.weight') ?? [];
  if (blocks.length < 3 || stem === undefined || side === undefined) return null;
  if (blocks.length === 3) {
    const own = variants[[blocks[0], stem, width].join()];
    const shortcuts = shapes.has('layer2.0.downsample.0.weight');
    const even = blocks.every((count) => count === blocks[0]);
    const words = own ?? (even ? `a ResNet-${6 * (blocks[0] ?? 0) + 2} for CIFAR` : 'a ResNet of three stages');
    if (!shortcuts) return { words: `${words} whose shortcuts have no weights`, settings: null };
    return { words, settings: own === undefined || !even ? null : `"kind": "cifar-resnet", "variant": "${own}"` };
  }
  const bottleneck = shapes.has('layer1.0.conv3.weight');
  const depth = depths[`${bottleneck ? 'bottleneck' : 'basic'} ${blocks.join()}`];
  const name = depth === undefined ? `a ResNet of ${blocks.join(', ')} blocks` : `ResNet-${depth}`;
  const [, grouped = width] = shapes.get('layer1.0.conv2.weight') ?? [];
  if (side !== 7) return { words: `${name} with a stem of ${side}×${side} for small pictures`, settings: null };
  if (grouped !== width) return { words: name.replace('ResNet', 'ResNeXt'), settings: null };
  if (width !== 64) return { words: `a wide ${name}`, settings: null };
  return {
    words: name,
    settings: depth !== undefined && ownDepths.includes(depth) ? `"kind": "resnet", "depth": ${depth}` : null,
  };
}

const widths: Readonly<Record<number, string>> = { 768: 'b16', 384: 's16', 192: 'ti16' };

function transformer(shapes: Shapes): Likeness | null {
  const blocks = countOf(shapes, /^blocks\.(\d+)\.attn\.qkv\.weight$/);
  const [width, , patch] = shapes.get('patch_embed.proj.weight') ?? [];
  if (blocks === 0 || width === undefined || patch === undefined) return null;
  const variant = widths[width];
  return {
    words: `a vision transformer of ${blocks} blocks, ${width} wide, with patches of ${patch}`,
    settings:
      variant === undefined ? null : `"kind": "vit", "variant": "${variant}", "layers": ${blocks}, "patch": ${patch}`,
  };
}

function perceptron(shapes: Shapes): Likeness | null {
  const layers = [...shapes].filter(([name, { length }]) => /^fc\d+\.weight$/.test(name) && length === 2);
  if (layers.length < 2 || shapes.has('conv1.weight')) return null;
  const units = layers
    .sort(([a], [b]) => Number(a.slice(2, -7)) - Number(b.slice(2, -7)))
    .map(([, [outputs = 0]]) => outputs)
    .slice(0, -1);
  return {
    words: `a perceptron with ${units.join(', ')} hidden units`,
    settings: `"kind": "mlp", "hidden": [${units.join(', ')}]`,
  };
}

/** One more than the largest number in names of a form. */
function countOf(shapes: Shapes, form: RegExp): number {
  return [...shapes.keys()].reduce((count, name) => {
    const [, index] = form.exec(name) ?? [];
    return index === undefined ? count : Math.max(count, Number(index) + 1);
  }, 0);
}
