import type { Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type ArchitectureOptions } from './architecture.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';
import { convNormActivation } from './blocks.js';
import { invertedResidual, timmInvertedResiduals } from './invertedResidual.js';

/** The paper's table 2: how many times wider inside, filters, blocks, and the stride of the first block. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Seventeen inverted residual blocks between a 3×3 and a 1×1 convolution. */
function createMobilenetV2(name: string, options: ArchitectureOptions): Model {
  return createClassifier({
    name,
    options,
    inputShape: [224, 224, 3],
    otherNames: timmInvertedResiduals(
      stages.map(([, , blocks]) => blocks),
      (n) => `features.${n + 1}.conv`,
      { 'features.18.0': 'conv_head', 'features.18.1': 'bn2', 'classifier.1': 'classifier' },
    ),
    features: (input) => {
      let x = convNormActivation(input, 'features.0', 32, 3, { strides: 2, activation: 'relu6' });
      let position = 1;
      for (const [expansion, filters, blocks, firstStrides] of stages) {
        for (let block = 0; block < blocks; block++) {
          x = invertedResidual(x, `features.${position++}.conv`, {
            kernelSize: 3,
            strides: block ? 1 : firstStrides,
            expanded: expansion * x.shape[2],
            filters,
            activation: 'relu6',
            flatProjection: true,
          });
        }
      }
      return convNormActivation(x, `features.${position}`, 1280, 1, { activation: 'relu6' });
    },
    head: (features) => pooledClassifier(features, 'classifier.1', options, 0.2),
  });
}

/** MobileNet, version 2, as in torchvision. */
export const mobilenetV2 = {
  mobilenet_v2: {
    family: 'MobileNet',
    description: 'inverted residual blocks: narrow between blocks, six times wider inside, linear at the end',
    paper: {
      title: 'MobileNetV2: Inverted Residuals and Linear Bottlenecks',
      authors: 'Sandler et al.',
      year: 2018,
      url: 'https://arxiv.org/abs/1801.04381',
    },
    inputShape: [224, 224, 3],
    classes: 1000,
    parameters: 3_504_872,
    preprocessing: imagenetPreprocessing,
    weightNames: 'torchvision',
    create: createMobilenetV2,
  },
} as const satisfies Readonly<Record<string, Architecture>>;
