import type { Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import type { Preprocessing } from '../pictures/index.js';
import { type Architecture, type ArchitectureOptions } from './architecture.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';
import { convNormActivation } from './blocks.js';
import { invertedResidual, roundChannels, timmInvertedResiduals } from './invertedResidual.js';

/** The paper's table 1 for B0: how many times wider inside, kernel, stride of the first block, filters, blocks. */
const stages = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;

/** How a version is scaled from B0, and what else differs. */
interface Version {
  readonly width: number;
  readonly depth: number;
  readonly size: number;
  readonly dropout: number;
  /** B5 to B7 keep the batch normalisation of the TensorFlow weights that torchvision's come from. */
  readonly norm?: { readonly epsilon: number; readonly momentum: number };
}

/** How often training would leave out a block behind the last for a picture; blocks before it in proportion. */
const dropRate = 0.2;

function createEfficientNet(version: Version, name: string, options: ArchitectureOptions): Model {
  const { width, depth, size, dropout, norm } = version;
  const channels = (filters: number): number => roundChannels(filters * width);
  const repeats = stages.map(([, , , , blocks]) => Math.ceil(blocks * depth));
  const total = repeats.reduce((a, b) => a + b);
  const last = `features.${stages.length + 1}`;
  return createClassifier({
    name,
    options,
    inputShape: [size, size, 3],
    otherNames: timmInvertedResiduals(repeats, (_, stage, block) => `features.${stage + 1}.${block}.block`, {
      [`${last}.0`]: 'conv_head',
      [`${last}.1`]: 'bn2',
      'classifier.1': 'classifier',
    }),
    features: (input) => {
      let x = convNormActivation(input, 'features.0', channels(32), 3, { strides: 2, norm, activation: 'swish' });
      let index = 0;
      stages.forEach(([expansion, kernelSize, firstStrides, filters], stage) => {
        for (let block = 0; block < repeats[stage]; block++) {
          const inputs = x.shape[2];
          x = invertedResidual(x, `features.${stage + 1}.${block}.block`, {
            kernelSize,
            strides: block ? 1 : firstStrides,
            filters: channels(filters),
            norm,
            expanded: roundChannels(inputs * expansion),
            activation: 'swish',
            squeeze: { channels: Math.max(1, Math.floor(inputs / 4)), activation: 'swish' },
            dropRate: (dropRate * index++) / total,
          });
        }
      });
      return convNormActivation(x, last, 4 * x.shape[2], 1, { norm, activation: 'swish' });
    },
    head: (features) => pooledClassifier(features, 'classifier.1', options, dropout),
  });
}

/** What the networks of timm's names with tf_ do differently. */
const otherPadding = "weights of its names with tf_ are for TensorFlow's padding and give other scores here";

/** What timm's own B5 to B7 do differently. */
const otherEpsilon =
  "timm's networks add 0.00001 to the variances of batch normalization, this one 0.001, so that scores differ a little";

/** One row of the registry. */
function row(version: Version, resize: number, parameters: number) {
  const { width, depth, size } = version;
  const preprocessing: Preprocessing = {
    ...imagenetPreprocessing,
    size: [size, size],
    resize,
    interpolation: 'bicubic',
  };
  return {
    family: 'EfficientNet',
    description: `inverted residual blocks with squeeze-and-excitation, scaled: width ×${width}, depth ×${depth}, ${size}×${size}`,
    paper: {
      title: 'EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks',
      authors: 'Tan, Le',
      year: 2019,
      url: 'https://arxiv.org/abs/1905.11946',
    },
    inputShape: [size, size, 3],
    classes: 1000,
    parameters,
    preprocessing,
    otherNetworks: version.norm ? `${otherEpsilon}; ${otherPadding}` : otherPadding,
    weightNames: 'torchvision',
    create: (name, options) => createEfficientNet(version, name, options),
  } as const satisfies Architecture;
}

const tensorflowNorm = { epsilon: 0.001, momentum: 0.99 };

/** EfficientNets B0 to B7, as in torchvision. */
export const efficientnet = {
  efficientnet_b0: row({ width: 1.0, depth: 1.0, size: 224, dropout: 0.2 }, 256, 5_288_548),
  efficientnet_b1: row({ width: 1.0, depth: 1.1, size: 240, dropout: 0.2 }, 256, 7_794_184),
  efficientnet_b2: row({ width: 1.1, depth: 1.2, size: 288, dropout: 0.3 }, 288, 9_109_994),
  efficientnet_b3: row({ width: 1.2, depth: 1.4, size: 300, dropout: 0.3 }, 320, 12_233_232),
  efficientnet_b4: row({ width: 1.4, depth: 1.8, size: 380, dropout: 0.4 }, 384, 19_341_616),
  efficientnet_b5: row({ width: 1.6, depth: 2.2, size: 456, dropout: 0.4, norm: tensorflowNorm }, 456, 30_389_784),
  efficientnet_b6: row({ width: 1.8, depth: 2.6, size: 528, dropout: 0.5, norm: tensorflowNorm }, 528, 43_040_704),
  efficientnet_b7: row({ width: 2.0, depth: 3.1, size: 600, dropout: 0.5, norm: tensorflowNorm }, 600, 66_347_960),
} as const satisfies Readonly<Record<string, Architecture>>;
