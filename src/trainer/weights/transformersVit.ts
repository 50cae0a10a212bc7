import type { Naming, NamingRule } from './naming.js';

/** Blocks are `encoder.layer.N` in files of transformers 4 and `layers.N` in those of 5. */
const block = String.raw`^(?:encoder\.layer|layers)\.(\d+)\.`;

const inBlock = (theirs: string, ours: string): NamingRule => ({
  pattern: new RegExp(`${block}(?:${theirs})\\.`),
  name: `blocks.$1.${ours}.`,
});

/** Query, key and value are three layers there and the three parts of one here. */
const projections = ['q', 'k', 'v'].map((letter, part): NamingRule => {
  const older = { q: 'query', k: 'key', v: 'value' }[letter] ?? letter;
  const theirs = String.raw`attention\.(?:attention\.${older}|${letter}_proj)`;
  return { ...inBlock(theirs, 'attn.qkv'), part, parts: 3 };
});

/**
 * `ViTModel` and `ViTForImageClassification` of Hugging Face's transformers, 4 and 5, which is timm's network under other
 * names (its layer norms add 1e-12 to the variance, and timm's 1e-6).
 */
export const transformersVit: Naming = {
  of: 'transformers',
  rules: [
    { pattern: /^embeddings\.cls_token$/, name: 'cls_token' },
    { pattern: /^embeddings\.position_embeddings$/, name: 'pos_embed' },
    { pattern: /^embeddings\.patch_embeddings\.projection\./, name: 'patch_embed.proj.' },
    inBlock('layernorm_before', 'norm1'),
    inBlock('layernorm_after', 'norm2'),
    ...projections,
    inBlock(String.raw`attention\.(?:output\.dense|o_proj)`, 'attn.proj'),
    inBlock(String.raw`intermediate\.dense|mlp\.fc1`, 'mlp.fc1'),
    inBlock(String.raw`output\.dense|mlp\.fc2`, 'mlp.fc2'),
    { pattern: /^layernorm\./, name: 'norm.' },
    { pattern: /^classifier\.(?=weight$|bias$)/, name: 'head.' },
  ],
};
