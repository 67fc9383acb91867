import type { Architecture, Paper } from './architecture.js';
import { createResNet, imagenetRow } from './resnet.js';

const paper: Paper = {
  title: 'Aggregated Residual Transformations for Deep Neural Networks',
  authors: 'Xie, Girshick, Dollár, Tu, He',
  year: 2017,
  url: 'https://arxiv.org/abs/1611.05431',
};

const common = { ...imagenetRow, family: 'ResNeXt', paper } as const;

/** Residual networks whose 3×3 convolutions are cut into groups: 32x4d is 32 groups of 4 channels in the first stage. */
export const resnext = {
  resnext50_32x4d: {
    ...common,
    description: 'ResNet-50 with 3×3 convolutions of 32 groups, 4 channels each in the first stage',
    parameters: 25_028_904,
    create: createResNet({ blocks: [3, 4, 6, 3], groups: 32, baseWidth: 4 }),
  },
  resnext101_32x8d: {
    ...common,
    description: 'ResNet-101 with 3×3 convolutions of 32 groups, 8 channels each in the first stage',
    parameters: 88_791_336,
    create: createResNet({ blocks: [3, 4, 23, 3], groups: 32, baseWidth: 8 }),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
