import type { Naming, NamingRule } from './naming.js';

const stages = 4;
/** A block has at most three convolutions. */
const layers = 3;

/** Stages and layers count from 0 there and from 1 here. */
const inStages = Array.from({ length: stages }, (_, stage) => {
  const theirs = String.raw`^encoder\.stages\.${stage}\.layers\.(\d+)\.`;
  const ours = `layer${stage + 1}.$1.`;
  return [
    { pattern: new RegExp(String.raw`${theirs}shortcut\.convolution\.`), name: `${ours}downsample.0.` },
    { pattern: new RegExp(String.raw`${theirs}shortcut\.normalization\.`), name: `${ours}downsample.1.` },
    ...Array.from({ length: layers }, (_, layer): NamingRule[] => [
      {
        pattern: new RegExp(String.raw`${theirs}layer\.${layer}\.convolution\.`),
        name: `${ours}conv${layer + 1}.`,
      },
      {
        pattern: new RegExp(String.raw`${theirs}layer\.${layer}\.normalization\.`),
        name: `${ours}bn${layer + 1}.`,
      },
    ]).flat(),
  ];
}).flat();

/** `ResNetModel` and `ResNetForImageClassification` of Hugging Face's transformers: torchvision's network (v1.5). */
export const transformersResnet: Naming = {
  of: 'transformers',
  rules: [
    { pattern: /^embedder\.embedder\.convolution\./, name: 'conv1.' },
    { pattern: /^embedder\.embedder\.normalization\./, name: 'bn1.' },
    ...inStages,
    { pattern: /^classifier\.1\./, name: 'fc.' },
  ],
};
