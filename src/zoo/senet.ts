import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type Paper } from './architecture.js';
import { createResNet, imagenetRow } from './resnet.js';

const paper: Paper = {
  title: 'Squeeze-and-Excitation Networks',
  authors: 'Hu, Shen, Albanie, Sun, Wu',
  year: 2018,
  url: 'https://arxiv.org/abs/1709.01507',
};

const common = {
  ...imagenetRow,
  family: 'SENet',
  paper,
  preprocessing: { ...imagenetPreprocessing, interpolation: 'bicubic' },
  weightNames: 'timm',
} as const;

/** Residual networks whose blocks weigh their channels by what the whole map shows. */
export const senet = {
  seresnet50: {
    ...common,
    description: 'ResNet-50 with squeeze-and-excitation (reduction 16) behind each bottleneck',
    parameters: 28_088_024,
    create: createResNet({ blocks: [3, 4, 6, 3], reduction: 16 }),
  },
  seresnext50_32x4d: {
    ...common,
    description: 'ResNeXt-50 32x4d with squeeze-and-excitation (reduction 16) behind each bottleneck',
    parameters: 27_559_896,
    create: createResNet({ blocks: [3, 4, 6, 3], groups: 32, baseWidth: 4, reduction: 16 }),
  },
} as const satisfies Readonly<Record<string, Architecture>>;
