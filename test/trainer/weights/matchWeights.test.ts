import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProblemError, type Problem } from '../../../src/core/problem.js';
import { modelSchema, type ModelSpec } from '../../../src/core/spec/spec.js';
import type { WeightsTensor } from '../../../src/data/weights/weightsFile.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { stateOf } from '../../../src/trainer/models/model.js';
import { matchWeights, type MatchedWeights } from '../../../src/trainer/weights/matchWeights.js';

const picture = { height: 32, width: 32, channels: 3, classes: 10 };

type Shapes = Record<string, readonly number[]>;

const networkOf = (spec: ModelSpec) => createModel(spec, picture);
const shapesOf = (spec: object): Shapes =>
  Object.fromEntries(stateOf(networkOf(modelSchema.parse(spec))).map(({ name, shape }) => [name, shape]));

/** A file with tensors of these shapes: what fits is decided without their values. */
const fileOf = (shapes: Shapes): WeightsTensor[] =>
  Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    dtype: 'F32',
    file: 'w.safetensors',
    begin: 0,
    end: 0,
    layout: { begin: 0, tensors: [], metadata: {}, sums: null },
  }));

function matched(shapes: Shapes, spec: object): MatchedWeights {
  const parsed = modelSchema.parse(spec);
  return matchWeights(fileOf(shapes), { network: networkOf(parsed), kind: parsed.kind, file: '/a/w.safetensors' });
}

function refusal(shapes: Shapes, spec: object): Problem {
  try {
    matched(shapes, spec);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  assert.fail('nothing was refused');
}

const prefixed = (prefix: string, shapes: Shapes): Shapes =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${prefix}${name}`, shape]));

const resnet = (depth: number) => ({ kind: 'resnet', depth });
const cifar = (variant: string) => ({ kind: 'cifar-resnet', variant });
const vit = { kind: 'vit', variant: 'ti16', layers: 2, input: { size: null } };
const vitShapes = shapesOf(vit);

describe('weights of another network', () => {
  const cases: readonly {
    readonly of: string;
    readonly shapes: Shapes;
    readonly into: object;
    readonly code: string;
    readonly says: RegExp;
    readonly fix?: RegExp;
  }[] = [
    {
      of: 'a ResNet-34 in ResNet-18',
      shapes: shapesOf(resnet(34)),
      into: resnet(18),
      code: 'weights-left-over',
      says: /^\d+ tensors of the file are no part of this network: `layer1\.2\.conv1\.weight`.* and \d+ more\. .*look like ResNet-34\.$/,
      fix: /^Set `"model": \{ "kind": "resnet", "depth": 34 \}`, or use the weights of this network \(ResNet-18\)\.$/,
    },
    {
      of: 'a ResNet-18 in ResNet-34',
      shapes: shapesOf(resnet(18)),
      into: resnet(34),
      code: 'weights-missing',
      says: /no tensor `layer1\.2\.conv1\.weight`, nor \d+ others of the network.*look like ResNet-18\./,
      fix: /"depth": 18/,
    },
    {
      of: 'a ResNet-50 in ResNet-18',
      shapes: shapesOf(resnet(50)),
      into: resnet(18),
      code: 'weights-shape',
      says: /`layer1\.0\.conv1\.weight` has the shape \[64, 64, 1, 1\].*look like ResNet-50\./,
    },
    {
      of: 'a resnet32 in resnet20',
      shapes: shapesOf(cifar('resnet32')),
      into: cifar('resnet20'),
      code: 'weights-left-over',
      says: /`layer1\.3\.conv1\.weight`.*look like resnet32\./,
      fix: /"variant": "resnet32"/,
    },
    {
      of: 'a resnet32x4 in resnet8x4',
      shapes: shapesOf(cifar('resnet32x4')),
      into: cifar('resnet8x4'),
      code: 'weights-left-over',
      says: /look like resnet32x4\./,
    },
    {
      of: 'an SE-ResNet in the plain one',
      shapes: { ...shapesOf(resnet(18)), 'layer1.0.se.fc1.weight': [4, 64, 1, 1], 'layer1.0.se.fc1.bias': [4] },
      into: resnet(18),
      code: 'weights-left-over',
      fix: /To leave some out, in Python: `from safetensors/,
      says: /^2 tensors .*`layer1\.0\.se\.fc1\.weight`, `layer1\.0\.se\.fc1\.bias`\. .*squeeze and excitation/,
    },
    {
      of: 'a ViT with LayerScale in the plain one',
      shapes: { ...vitShapes, 'blocks.0.ls1.gamma': [192], 'blocks.0.ls2.gamma': [192] },
      into: vit,
      code: 'weights-left-over',
      says: /LayerScale/,
    },
    {
      of: 'a ViT with registers',
      shapes: { ...vitShapes, reg_token: [1, 4, 192] },
      into: vit,
      code: 'weights-left-over',
      says: /^1 tensor of the file is no part .*`reg_token`.*registers/,
    },
    {
      of: 'a distilled DeiT, whose second head is no other head',
      shapes: { ...vitShapes, dist_token: [1, 1, 192], 'head_dist.weight': [10, 192], 'head_dist.bias': [10] },
      into: vit,
      code: 'weights-left-over',
      says: /`dist_token`, `head_dist\.weight`.*distilled DeiT/,
    },
    {
      of: 'a ViT with more blocks',
      shapes: shapesOf({ ...vit, layers: 3 }),
      into: vit,
      code: 'weights-left-over',
      says: /`blocks\.2\.norm1\.weight`.*of 3 blocks/,
      fix: /"layers": 3/,
    },
    {
      of: 'a ViT of another width',
      shapes: shapesOf({ ...vit, variant: 's16' }),
      into: vit,
      code: 'weights-shape',
      says: /384 wide/,
      fix: /"variant": "s16"/,
    },
    {
      of: 'a ResNet in a vision transformer, which needs another kind',
      shapes: shapesOf(resnet(18)),
      into: vit,
      code: 'weights-missing',
      says: /no tensor `cls_token`.*look like ResNet-18/,
      fix: /"kind": "resnet", "depth": 18/,
    },
    {
      of: 'a DenseNet, many of whose blocks have names of a stem, in a ResNet',
      shapes: Object.fromEntries(
        [1, 2, 3, 4].map((layer) => [`features.denseblock1.denselayer${layer}.conv1.weight`, [128, 64, 1, 1]]),
      ),
      into: resnet(18),
      code: 'weights-missing',
      says: /a VGG, DenseNet/,
      fix: /Use the weights of this network \(ResNet-18\)/,
    },
    {
      of: 'a perceptron with more layers',
      shapes: shapesOf({ kind: 'mlp', hidden: [30, 30] }),
      into: { kind: 'mlp', hidden: [30] },
      code: 'weights-left-over',
      says: /`fc3\.weight`.*30, 30 hidden units/,
      fix: /"hidden": \[30, 30\]/,
    },
    {
      of: 'a convolutional network with more layers',
      shapes: shapesOf({ kind: 'convnet', channels: [8, 8, 8], hidden: [] }),
      into: { kind: 'convnet', channels: [8, 8], hidden: [] },
      code: 'weights-shape',
      says: /`fc1\.weight` has the shape \[10, 128\].* Left over: `conv3\.weight`, `conv3\.bias`\./,
    },
    {
      of: 'a layer between backbone and head, where the head is taken',
      shapes: { ...vitShapes, 'pre_logits.fc.weight': [192, 192], 'pre_logits.fc.bias': [192] },
      into: vit,
      code: 'weights-left-over',
      says: /`pre_logits\.fc\.weight`/,
    },
  ];
  for (const { of, shapes, into, code, says, fix } of cases) {
    it(`are refused: ${of}`, () => {
      const problem = refusal(shapes, into);
      assert.equal(problem.code, code, problem.message);
      assert.match(problem.message, says);
      assert.match(problem.fix ?? '', fix ?? /./);
    });
  }

  it('are refused behind a prefix as without', () => {
    assert.equal(refusal(prefixed('module.', shapesOf(resnet(34))), resnet(18)).code, 'weights-left-over');
  });

  it('are refused where the file holds two that fit, and which they are', () => {
    const two = { ...prefixed('student.', vitShapes), ...prefixed('teacher.', vitShapes) };
    const problem = refusal(two, vit);
    assert.equal(problem.code, 'weights-several');
    assert.match(problem.message, /behind `student\.`.*behind `teacher\.`/);
  });

  it('are told to be one part of several', () => {
    const parsed = modelSchema.parse(vit);
    const options = { network: networkOf(parsed), kind: parsed.kind, file: 'model-00001-of-00002.safetensors' };
    const { 'norm.weight': norm, ...rest } = vitShapes;
    assert.ok(norm);
    assert.throws(
      () => matchWeights(fileOf(rest), options),
      (error) => error instanceof ProblemError && /model\.safetensors\.index\.json/.test(error.problem.fix ?? ''),
    );
  });
});

describe('what a network can do without', () => {
  const leftOut = (more: Shapes, spec: object = vit, shapes: Shapes = vitShapes) =>
    matched({ ...shapes, ...more }, spec).report.skipped.map(({ why }) => why);

  it('is left out and told: other heads, optimizer state, counters, averaged copies', () => {
    assert.deepEqual(leftOut({ 'classifier.weight': [3, 192], 'projector.0.weight': [64, 192] }), [
      'another head',
      'another head',
    ]);
    assert.deepEqual(leftOut({ 'optimizer.state.0.exp_avg': [3], 'lr_scheduler.last': [], 'scaler.scale': [] }), [
      ...['of its training', 'of its training', 'of its training'],
    ]);
    assert.deepEqual(leftOut({ 'norm.total_ops': [1], n_averaged: [], epoch: [], global_step: [] }), [
      ...['a counter', 'a counter', 'a counter', 'a counter'],
    ]);
    for (const prefix of ['ema.', 'model_ema.module.', 'module_ema.', 'ema_model.', 'swa_model.module.']) {
      const why = leftOut(prefixed(prefix, vitShapes));
      assert.deepEqual(new Set(why), new Set(['an averaged copy']), prefix);
      assert.equal(why.length, Object.keys(vitShapes).length);
    }
  });

  it('is a layer before a head that begins anew', () => {
    const { 'head.weight': weight, 'head.bias': bias, ...backbone } = vitShapes;
    assert.ok(weight && bias);
    const { report } = matched({ ...backbone, 'pooler.dense.weight': [192, 192] }, vit);
    assert.deepEqual(report.missing, ['head.weight', 'head.bias']);
    assert.deepEqual(report.skipped, [{ name: 'pooler.dense.weight', why: 'another head' }]);
  });

  it('is no counter of a network that has them: those are taken', () => {
    const shapes = shapesOf(resnet(18));
    assert.equal(matched(shapes, resnet(18)).report.loaded, Object.keys(shapes).length);
  });
});

describe('torchvision’s names of a vision transformer', () => {
  const theirs = (name: string): string =>
    [
      [/^cls_token$/, 'class_token'],
      [/^pos_embed$/, 'encoder.pos_embedding'],
      [/^patch_embed\.proj\./, 'conv_proj.'],
      [/^norm\./, 'encoder.ln.'],
      [/^head\./, 'heads.head.'],
      [/^blocks\.(\d+)\.norm/, 'encoder.layers.encoder_layer_$1.ln_'],
      [/^blocks\.(\d+)\.attn\.qkv\./, 'encoder.layers.encoder_layer_$1.self_attention.in_proj_'],
      [/^blocks\.(\d+)\.attn\.proj\./, 'encoder.layers.encoder_layer_$1.self_attention.out_proj.'],
      [/^blocks\.(\d+)\.mlp\.fc1\./, 'encoder.layers.encoder_layer_$1.mlp.0.'],
      [/^blocks\.(\d+)\.mlp\.fc2\./, 'encoder.layers.encoder_layer_$1.mlp.3.'],
    ].reduce((text, [pattern = '', to = '']) => text.replace(pattern, String(to)), name);
  const renamed = Object.fromEntries(Object.entries(vitShapes).map(([name, shape]) => [theirs(name), shape]));

  it('stand for timm’s, today’s and those of version 0.12', () => {
    const older = Object.entries(renamed).map(([name, shape]): [string, readonly number[]] => [
      name.replace('mlp.0.', 'mlp.linear_1.').replace('mlp.3.', 'mlp.linear_2.'),
      shape,
    ]);
    for (const shapes of [renamed, Object.fromEntries(older)]) {
      const { sources, report } = matched(shapes, vit);
      assert.deepEqual([report.naming, report.skipped, report.missing], ['torchvision', [], []]);
      for (const { spec, parts } of sources) {
        const [name] = parts.map(({ name }) => name.replace('linear_1', '0').replace('linear_2', '3'));
        assert.equal(name, theirs(spec.name));
      }
    }
  });
});

describe('prefixes of names', () => {
  for (const prefix of [
    ...['module.', '_orig_mod.', 'model.', 'backbone.', 'encoder.', 'state_dict.'],
    ...['module._orig_mod.', 'model.backbone.', '_forward_module.model.encoder.net.'],
  ]) {
    it(`are taken off and told: ${prefix}`, () => {
      for (const spec of [vit, resnet(18), cifar('resnet20'), { kind: 'mlp' }, { kind: 'convnet' }]) {
        const shapes = shapesOf(spec);
        const { report } = matched(prefixed(prefix, shapes), spec);
        assert.deepEqual(report, {
          ...{ loaded: Object.keys(shapes).length, skipped: [], resized: [], missing: [], naming: null },
          prefix,
        });
      }
    });
  }

  it('need not stand before the head', () => {
    const { 'fc.weight': weight, 'fc.bias': bias, ...backbone } = shapesOf(resnet(18));
    assert.ok(weight && bias);
    const shapes = { ...prefixed('model.backbone.', backbone), 'model.fc.weight': weight, 'model.fc.bias': bias };
    const { report } = matched(shapes, resnet(18));
    assert.deepEqual([report.prefix, report.missing, report.skipped], ['model.backbone.', [], []]);
  });

  it('of averaged weights are taken off where there are no others', () => {
    const { report } = matched(prefixed('ema.', vitShapes), vit);
    assert.deepEqual([report.prefix, report.loaded], ['ema.', Object.keys(vitShapes).length]);
  });

  it('of a wrapper that counts its averages are taken off, and the counter is left out', () => {
    const { report } = matched({ n_averaged: [], ...prefixed('module.', vitShapes) }, vit);
    assert.deepEqual([report.prefix, report.skipped], ['module.', [{ name: 'n_averaged', why: 'a counter' }]]);
  });
});
