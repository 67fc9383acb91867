import type { Model } from '../models/index.js';
import type { Architecture, ArchitectureOptions } from './architecture.js';
import { activation, batchNorm, conv } from './blocks.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';

/** Stages: filters, blocks, and the stride of the first block. */
const stages = [
  [64, 1, 1],
  [128, 2, 2],
  [256, 2, 2],
  [512, 6, 2],
  [1024, 2, 2],
] as const;

/** A 3×3 convolution and thirteen depthwise separable ones, each with batch normalisation and ReLU6. */
function createMobilenetV1(name: string, options: ArchitectureOptions): Model {
  return createClassifier({
    name,
    options,
    inputShape: [224, 224, 3],
    features: (input) => {
      let x = conv(input, 'conv_stem', 32, 3, { strides: 2 });
      x = activation(batchNorm(x, 'bn1'), 'relu6');
      stages.forEach(([filters, blocks, firstStrides], stage) => {
        for (let block = 0; block < blocks; block++) {
          const path = `blocks.${stage}.${block}`;
          x = conv(x, `${path}.conv_dw`, x.shape[2], 3, { strides: block ? 1 : firstStrides, groups: x.shape[2] });
          x = activation(batchNorm(x, `${path}.bn1`), 'relu6');
          x = conv(x, `${path}.conv_pw`, filters, 1);
          x = activation(batchNorm(x, `${path}.bn2`), 'relu6');
        }
      });
      return x;
    },
    // Keras's model drops a thousandth; timm's nothing unless asked.
    head: (features) => pooledClassifier(features, 'classifier', options, 0.001),
  });
}

/** MobileNet, version 1, with the module names of timm's `mobilenetv1_100`. */
export const mobilenetV1 = {
  mobilenet_v1: {
    family: 'MobileNet',
    description: 'depthwise separable convolutions throughout: eight to nine times less arithmetic than full ones',
    paper: {
      title: 'MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications',
      authors: 'Howard et al.',
      year: 2017,
      url: 'https://arxiv.org/abs/1704.04861',
    },
    inputShape: [224, 224, 3],
    classes: 1000,
    parameters: 4_231_976,
    preprocessing: {
      size: [224, 224],
      resize: 256,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channels: 'RGB',
      interpolation: 'bicubic',
    },
    weightNames: 'timm',
    create: createMobilenetV1,
  },
} as const satisfies Readonly<Record<string, Architecture>>;
