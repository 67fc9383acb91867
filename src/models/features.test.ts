import { describe, expect, it } from 'vitest';
import { featurePyramid, zoo } from '../zoo/index.js';
import { Tensor } from '../tensor/index.js';
import { features, model } from './index.js';

const maps: readonly (readonly [name: string, side: number, shapes: readonly (readonly number[])[]])[] = [
  [
    'resnet18',
    64,
    [
      [16, 16, 64],
      [8, 8, 128],
      [4, 4, 256],
      [2, 2, 512],
    ],
  ],
  [
    'resnet50',
    65,
    [
      [17, 17, 256],
      [9, 9, 512],
      [5, 5, 1024],
      [3, 3, 2048],
    ],
  ],
  // Ends of stages, not what the next stage's first block widens; the last map is the classifier's.
  [
    'mobilenet_v3_large',
    64,
    [
      [16, 16, 24],
      [8, 8, 40],
      [4, 4, 112],
      [2, 2, 960],
    ],
  ],
  [
    'mobilenet_v2',
    64,
    [
      [16, 16, 24],
      [8, 8, 32],
      [4, 4, 96],
      [2, 2, 1280],
    ],
  ],
  [
    'efficientnet_b0',
    64,
    [
      [16, 16, 24],
      [8, 8, 40],
      [4, 4, 112],
      [2, 2, 1280],
    ],
  ],
  [
    'vgg11',
    64,
    [
      [16, 16, 256],
      [8, 8, 512],
      [4, 4, 512],
      [2, 2, 512],
    ],
  ],
];

describe('features', () => {
  it.each(maps)('of %s are the ends of its stages', (name, side, shapes) => {
    const net = features(zoo.create(name, { inputShape: [side, side, 3] }));
    expect(net.outputs.map(({ shape }) => shape)).toEqual(shapes);
  });

  it('are computed in one pass, with the classifier’s weights', async () => {
    const classifier = zoo.create('resnet18', { inputShape: [64, 64, 3], classes: 4 });
    const backbone = features(classifier, { levels: [3, 5] });
    const x = new Tensor(
      'float32',
      [1, 64, 64, 3],
      Float32Array.from({ length: 12288 }, (_, i) => Math.sin(i * i)),
    );
    const [, deepest] = await backbone.predictAll(x);
    const expected = await classifier.features.predict(x);
    expect(deepest.data).toEqual(expected.data);
  });

  it('go into a pyramid of equal channels, of any number of maps', async () => {
    const backbone = features(zoo.create('mobilenet_v2', { inputShape: [64, 96, 3] }), { levels: [3, 4, 5] });
    const pyramid = featurePyramid(backbone.outputs, { filters: 16, extraLevels: 2 });
    const net = model({ inputs: backbone.inputs, outputs: pyramid });
    expect(net.outputs.map(({ shape }) => shape)).toEqual([
      [8, 12, 16],
      [4, 6, 16],
      [2, 3, 16],
      [1, 2, 16],
      [1, 1, 16],
    ]);
    const outputs = await net.predictAll(new Tensor('float32', [2, 64, 96, 3], new Float32Array(36864).fill(1)));
    expect(outputs.map(({ shape }) => shape[0])).toEqual([2, 2, 2, 2, 2]);
  });

  it('say which levels there are', () => {
    const net = zoo.create('resnet18', { inputShape: [64, 64, 3] });
    expect(() => features(net, { levels: [6] })).toThrow(/'resnet18' has no map of level 6.*its levels are 1 \(.*5 \(/);
    expect(() => features(net, { levels: [0] })).toThrow(/levels must be whole numbers from 1/);
  });
});
