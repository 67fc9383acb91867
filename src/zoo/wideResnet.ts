import type { Architecture } from './architecture.js';
import { createResNet, imagenetRow } from './resnet.js';

/** Residual networks with more channels rather than more layers. */
export const wideResnet = {
  wide_resnet50_2: {
    ...imagenetRow,
    family: 'Wide ResNet',
    description: 'ResNet-50 with twice the channels in the bottlenecks’ 3×3 convolutions',
    paper: {
      title: 'Wide Residual Networks',
      authors: 'Zagoruyko, Komodakis',
      year: 2016,
      url: 'https://arxiv.org/abs/1605.07146',
    },
    parameters: 68_883_240,
    create: createResNet({ blocks: [3, 4, 6, 3], baseWidth: 128 }),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
