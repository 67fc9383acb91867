import { describe, expect, it } from 'vitest';
import { classesInWeights, pytorchShapes } from '../weights/index.js';
import { modelFromBytes, resized, type Model } from '../models/index.js';
import { modelFromConfig } from '../models/load.js';
import { configOf } from '../models/save.js';
import { pytorchNamings } from '../weights/pytorchWeights.js';
import { sizeOf, Tensor, type Shape } from '../tensor/index.js';
import { zoo } from './index.js';

type Tensors = Map<string, Tensor<'float32'>>;
type Row = readonly [name: string, shape: Shape];

const norm = (name: string, channels: number): Row[] =>
  ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]]);

const biased = (name: string, shape: Shape): Row[] => [
  [`${name}.weight`, shape],
  [`${name}.bias`, [shape[0]]],
];

/** A block as timm has it: kernel, channels inside, filters, squeezed channels (0: none). */
type Block = readonly [kernel: number, inner: number, filters: number, squeezed: number];

const squeeze = (name: string, inner: number, squeezed: number): Row[] =>
  squeezed === 0
    ? []
    : [
        ...biased(`${name}.se.conv_reduce`, [squeezed, inner, 1, 1]),
        ...biased(`${name}.se.conv_expand`, [inner, squeezed, 1, 1]),
      ];

/** timm's state dictionary from its stem to its last block, in order; the first stage's blocks do not widen. */
function timmBlocks(stem: number, stages: readonly (readonly Block[])[]): Row[] {
  const rows: Row[] = [['conv_stem.weight', [stem, 3, 3, 3]], ...norm('bn1', stem)];
  let channels = stem;
  stages.forEach((blocks, stage) =>
    blocks.forEach(([kernel, inner, filters, squeezed], i) => {
      const name = `blocks.${stage}.${i}`;
      const depthwise: Row = [`${name}.conv_dw.weight`, [inner, 1, kernel, kernel]];
      if (stage === 0) {
        rows.push(depthwise, ...norm(`${name}.bn1`, inner), ...squeeze(name, inner, squeezed));
        rows.push([`${name}.conv_pw.weight`, [filters, inner, 1, 1]], ...norm(`${name}.bn2`, filters));
      } else {
        rows.push([`${name}.conv_pw.weight`, [inner, channels, 1, 1]], ...norm(`${name}.bn1`, inner));
        rows.push(depthwise, ...norm(`${name}.bn2`, inner), ...squeeze(name, inner, squeezed));
        rows.push([`${name}.conv_pwl.weight`, [filters, inner, 1, 1]], ...norm(`${name}.bn3`, filters));
      }
      channels = filters;
    }),
  );
  return rows;
}

/** Stages of blocks that are six times wider inside, as [kernel, filters, blocks]; squeezed to a quarter of their input. */
function sixfold(stem: number, plan: readonly (readonly [number, number, number])[], squeezes: boolean): Block[][] {
  let channels = stem;
  return plan.map(([kernel, filters, count], stage) =>
    Array.from({ length: count }, () => {
      const block = [kernel, (stage ? 6 : 1) * channels, filters, squeezes ? channels / 4 : 0] as const;
      channels = filters;
      return block;
    }),
  );
}

/** What follows the blocks of MobileNetV2 and EfficientNet. */
const head = (channels: number, features: number): Row[] => [
  ['conv_head.weight', [features, channels, 1, 1]],
  ...norm('bn2', features),
  ...biased('classifier', [1000, features]),
];

/** What follows the blocks of MobileNetV3: a stage of one 1×1 convolution, and one behind the pooling. */
const headV3 = (stage: number, channels: number, features: number): Row[] => [
  [`blocks.${stage}.0.conv.weight`, [6 * channels, channels, 1, 1]],
  ...norm(`blocks.${stage}.0.bn1`, 6 * channels),
  ...biased('conv_head', [features, 6 * channels, 1, 1]),
  ...biased('classifier', [1000, features]),
];

const efficientnet = (stem: number, counts: readonly number[], filters: readonly number[]): Row[] => {
  const plan = [3, 3, 5, 3, 5, 5, 3].map((kernel, i) => [kernel, filters[i], counts[i]] as const);
  return [...timmBlocks(stem, sixfold(stem, plan, true)), ...head(filters[6], 4 * filters[6])];
};

const vgg16 = (): Row[] => {
  const convolutions = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];
  const rows: Row[] = [];
  let [module, channels] = [0, 3];
  for (const filters of convolutions) {
    if (filters) rows.push(...biased(`features.${module}`, [filters, channels, 3, 3]));
    module += filters ? 2 : 1;
    channels = filters || channels;
  }
  return [
    ...rows,
    ...biased('pre_logits.fc1', [4096, 512, 7, 7]),
    ...biased('pre_logits.fc2', [4096, 4096, 1, 1]),
    ...biased('head.fc', [1000, 4096]),
  ];
};

/** timm's state dictionaries (batch counters apart), by our names, with the number of parameters that timm states. */
const dictionaries: Readonly<Record<string, readonly [parameters: number, rows: () => Row[]]>> = {
  vgg16: [138_357_544, vgg16],
  mobilenet_v2: [
    3_504_872,
    () => [
      ...timmBlocks(
        32,
        sixfold(
          32,
          [
            [3, 16, 1],
            [3, 24, 2],
            [3, 32, 3],
            [3, 64, 4],
            [3, 96, 3],
            [3, 160, 3],
            [3, 320, 1],
          ],
          false,
        ),
      ),
      ...head(320, 1280),
    ],
  ],
  mobilenet_v3_small: [
    2_542_856,
    () => [
      ...timmBlocks(16, [
        [[3, 16, 16, 8]],
        [
          [3, 72, 24, 0],
          [3, 88, 24, 0],
        ],
        [
          [5, 96, 40, 24],
          [5, 240, 40, 64],
          [5, 240, 40, 64],
        ],
        [
          [5, 120, 48, 32],
          [5, 144, 48, 40],
        ],
        [
          [5, 288, 96, 72],
          [5, 576, 96, 144],
          [5, 576, 96, 144],
        ],
      ]),
      ...headV3(5, 96, 1024),
    ],
  ],
  mobilenet_v3_large: [
    5_483_032,
    () => [
      ...timmBlocks(16, [
        [[3, 16, 16, 0]],
        [
          [3, 64, 24, 0],
          [3, 72, 24, 0],
        ],
        [
          [5, 72, 40, 24],
          [5, 120, 40, 32],
          [5, 120, 40, 32],
        ],
        [
          [3, 240, 80, 0],
          [3, 200, 80, 0],
          [3, 184, 80, 0],
          [3, 184, 80, 0],
        ],
        [
          [3, 480, 112, 120],
          [3, 672, 112, 168],
        ],
        [
          [5, 672, 160, 168],
          [5, 960, 160, 240],
          [5, 960, 160, 240],
        ],
      ]),
      ...headV3(6, 160, 1280),
    ],
  ],
  efficientnet_b0: [5_288_548, () => efficientnet(32, [1, 2, 2, 3, 3, 4, 1], [16, 24, 40, 80, 112, 192, 320])],
  efficientnet_b1: [7_794_184, () => efficientnet(32, [2, 3, 3, 4, 4, 5, 2], [16, 24, 40, 80, 112, 192, 320])],
  efficientnet_b2: [9_109_994, () => efficientnet(32, [2, 3, 3, 4, 4, 5, 2], [16, 24, 48, 88, 120, 208, 352])],
  efficientnet_b3: [12_233_232, () => efficientnet(40, [2, 3, 3, 5, 5, 6, 2], [24, 32, 48, 96, 136, 232, 384])],
  efficientnet_b4: [19_341_616, () => efficientnet(48, [2, 4, 4, 6, 6, 8, 2], [24, 32, 56, 112, 160, 272, 448])],
  efficientnet_b5: [30_389_784, () => efficientnet(48, [3, 5, 5, 7, 7, 9, 3], [24, 40, 64, 128, 176, 304, 512])],
  efficientnet_b6: [43_040_704, () => efficientnet(56, [3, 6, 6, 8, 8, 11, 3], [32, 40, 72, 144, 200, 344, 576])],
  efficientnet_b7: [66_347_960, () => efficientnet(64, [4, 7, 7, 10, 10, 13, 4], [32, 48, 80, 160, 224, 384, 640])],
};

/** A tensor whose numbers follow from its place in the dictionary: both libraries list the same modules in one order. */
function numbered(shape: Shape, place: number): Tensor<'float32'> {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = ((place + 1) * (i + 1)) % 8191;
  return new Tensor('float32', shape, values);
}

const filled = (rows: readonly Row[]): Tensors =>
  new Map(rows.map(([name, shape], place) => [name, numbered(shape, place)]));

const timmTensors = (name: string): Tensors => filled(dictionaries[name][1]());

/** The same network with dense layers of 16 units where it has 4,096, made from what is saved of it. */
function narrowed(whole: Model): Model {
  const config = configOf(whole.topology, { className: 'Functional', name: whole.name, seed: 0 });
  const layers = config.layers.map((layer) =>
    layer.config.units === 4096 ? { ...layer, config: { ...layer.config, units: 16 } } : layer,
  );
  return modelFromConfig({ ...config, layers });
}

/** The weights that two models have differently. */
async function differing(one: Model, other: Model): Promise<string[]> {
  const theirs = await other.getWeights();
  const bytes = ({ data }: Tensor<'float32'>): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return [...(await one.getWeights())].flatMap(([name, tensor]) =>
    bytes(tensor).equals(bytes(theirs.get(name)!)) ? [] : [name],
  );
}

describe('timm’s names', () => {
  it.each(Object.entries(dictionaries))('of %s are those of its dictionary', (name, [parameters, rows]) => {
    const listed = rows();
    const learned = listed.filter(([tensor]) => !tensor.includes('running'));
    expect(learned.reduce((sum, [, shape]) => sum + sizeOf(shape), 0)).toBe(parameters);
    const [own, timm] = pytorchNamings(zoo.create(name).topology);
    expect(timm.map((weight) => weight.name)).toEqual(listed.map(([tensor]) => tensor));
    expect(own.map((weight) => weight.name)).toEqual([...pytorchShapes(zoo.create(name)).keys()]);
    // A matrix of ours may be a kernel there.
    expect(timm.map(({ shape }) => [shape[0], sizeOf(shape)])).toEqual(listed.map(([, s]) => [s[0], sizeOf(s)]));
  });

  it.each(['mobilenet_v2', 'mobilenet_v3_small', 'mobilenet_v3_large', 'efficientnet_b0'])(
    'of %s give the model that torchvision’s give',
    async (name) => {
      const [one, other] = [zoo.create(name), zoo.create(name)];
      await one.loadWeights(filled([...pytorchShapes(one)]));
      const report = await other.loadWeights(timmTensors(name));
      expect(report).toMatchObject({ format: 'pytorch', missing: [], leftOver: [], misshaped: [] });
      expect(report.loaded).toContain('blocks.1.0.conv_pwl.weight');
      expect(await differing(one, other)).toEqual([]);
    },
  );

  it('of VGG have convolutions where torchvision has dense layers', async () => {
    const [one, other] = [0, 1].map(() => narrowed(zoo.create('vgg11', { classes: 3 })));
    const own = [...pytorchShapes(one)];
    await one.loadWeights(filled(own));
    const names = new Map([
      ['classifier.0.weight', ['pre_logits.fc1.weight', [16, 512, 7, 7]]],
      ['classifier.0.bias', ['pre_logits.fc1.bias', [16]]],
      ['classifier.3.weight', ['pre_logits.fc2.weight', [16, 16, 1, 1]]],
      ['classifier.3.bias', ['pre_logits.fc2.bias', [16]]],
      ['classifier.6.weight', ['head.fc.weight', [3, 16]]],
      ['classifier.6.bias', ['head.fc.bias', [3]]],
    ] as const satisfies readonly (readonly [string, Row])[]);
    await other.loadWeights(filled(own.map((row) => (names as ReadonlyMap<string, Row>).get(row[0]) ?? row)));
    expect(await differing(one, other)).toEqual([]);
  });

  it('are found behind a wrapper’s prefix, and tell the number of classes', async () => {
    const tensors = new Map([...timmTensors('mobilenet_v3_small')].map(([name, tensor]) => [`model.${name}`, tensor]));
    tensors.set('model.classifier.weight', numbered([7, 1024], 0));
    tensors.set('model.classifier.bias', numbered([7], 0));
    expect(classesInWeights(zoo.create('mobilenet_v3_small'), tensors)).toBe(7);
    const report = await zoo.create('mobilenet_v3_small', { classes: 7 }).loadWeights(tensors);
    expect(report.loaded).toHaveLength(tensors.size);
  });

  it('are kept by saved models, by models of another size and by a model’s features', async () => {
    const whole = zoo.create('mobilenet_v3_small', { inputShape: [32, 32, 3] });
    const tensors = timmTensors('mobilenet_v3_small');
    const again = await modelFromBytes(await whole.toBytes());
    for (const other of [again, resized(whole, [64, 48, 3])]) {
      expect((await other.loadWeights(tensors)).loaded).toHaveLength(tensors.size);
    }
    const report = await whole.features.loadWeights(tensors, { strict: false });
    expect(report.leftOver).toEqual(['conv_head.weight', 'conv_head.bias', 'classifier.weight', 'classifier.bias']);
    expect(report.missing).toEqual([]);
    const bare = zoo.create('mobilenet_v3_small', { includeTop: false });
    expect((await bare.loadWeights(tensors, { strict: false })).loaded).toEqual(report.loaded);
  });

  it('are what messages say where the file has them', async () => {
    const net = zoo.create('mobilenet_v3_small');
    const said = async (change: (tensors: Tensors) => void): Promise<string> => {
      const tensors = timmTensors('mobilenet_v3_small');
      change(tensors);
      return net.loadWeights(tensors, { name: 'timm.safetensors' }).then(
        () => 'loaded',
        (error: unknown) => (error as Error).message,
      );
    };
    // What tells timm's `mobilenetv3_rw` from `mobilenetv3_small_100`.
    expect(await said((tensors) => tensors.delete('conv_head.bias'))).toMatch(
      /^timm.safetensors: 1 tensor is missing: conv_head.bias; use the file/,
    );
    const other = await said((tensors) => tensors.set('blocks.2.0.conv_dw.weight', numbered([96, 1, 3, 3], 0)));
    expect(other).toMatch(/blocks.2.0.conv_dw.weight \[96, 1, 3, 3\], which is \[96, 1, 5, 5\] in the model/);
    const classes = await said((tensors) => {
      tensors.set('classifier.weight', numbered([7, 1024], 0));
      tensors.set('classifier.bias', numbered([7], 0));
    });
    expect(classes).toMatch(/classifier.weight \[7, 1024\].*create the model with \{ classes: 7 \}/);
    await expect(net.loadWeights(timmTensors('efficientnet_b0'))).rejects.toThrow(
      /the file is of another architecture/,
    );
    // Torchvision's names stay the ones that are spoken of where a file has them.
    const own = filled([...pytorchShapes(net)]);
    own.delete('features.1.block.0.0.weight');
    await expect(net.loadWeights(own)).rejects.toThrow(/1 tensor is missing: features.1.block.0.0.weight/);
  });
});

describe('the names in torchvision’s DenseNet files', () => {
  const renamed = (name: string): string => name.replace(/(\.denselayer\d+\.[a-z]+)([12]\.)/, '$1.$2');

  it.each(['densenet121', 'densenet161', 'densenet169', 'densenet201'])('of %s', (name) => {
    const [own, old] = pytorchNamings(zoo.create(name).topology);
    expect(old.map((weight) => weight.name)).toEqual(own.map((weight) => renamed(weight.name)));
    const names = new Map(old.map((weight) => [weight.name, weight.shape]));
    expect(names.get('features.denseblock1.denselayer2.norm.1.running_mean')).toBeDefined();
    expect(names.get('features.denseblock2.denselayer12.conv.2.weight')!.slice(2)).toEqual([3, 3]);
    expect(names.get('features.transition1.norm.weight')).toEqual(names.get('features.transition1.norm.bias'));
    expect(names.has('features.norm0.weight') && names.has('features.conv0.weight')).toBe(true);
  });

  it('load as the new ones do', async () => {
    const [one, other] = [zoo.create('densenet121'), zoo.create('densenet121')];
    const rows = [...pytorchShapes(one)];
    await one.loadWeights(filled(rows));
    const report = await other.loadWeights(filled(rows.map(([name, shape]) => [renamed(name), shape])));
    expect(report.loaded).toContain('features.denseblock3.denselayer24.norm.2.running_var');
    expect(await differing(one, other)).toEqual([]);
  });
});

it('architectures that both libraries call the same have one naming', () => {
  for (const name of ['resnet18', 'wide_resnet50_2', 'resnext50_32x4d', 'seresnet50', 'inception_v3', 'xception']) {
    expect(pytorchNamings(zoo.create(name).topology)).toHaveLength(1);
  }
});
