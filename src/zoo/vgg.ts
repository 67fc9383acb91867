import { layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import { type Architecture, type ArchitectureOptions } from './architecture.js';
import { activation, batchNorm, conv, hidden, scores } from './blocks.js';
import { createClassifier } from './createClassifier.js';

/** How many 3×3 convolutions stand before each of the five poolings. */
const plans = { 11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4] } as const;
const widths = [64, 128, 256, 512, 512] as const;

type Depth = keyof typeof plans;

/** Layers carry torchvision's numbers, which count activations, normalisations and poolings too. */
function features(x: SymbolicTensor, depth: Depth, normalized: boolean): SymbolicTensor {
  let module = 0;
  let y = x;
  plans[depth].forEach((convolutions, stage) => {
    for (let i = 0; i < convolutions; i++) {
      const name = `features.${module}`;
      if (normalized) {
        y = conv(y, name, widths[stage], 3, { bias: true });
        y = activation(batchNorm(y, `features.${module + 1}`), 'relu');
      } else y = conv(y, name, widths[stage], 3, { bias: true, activation: 'relu' });
      module += normalized ? 3 : 2;
    }
    y = layers.maxPooling2d().apply(y);
    module++;
  });
  return y;
}

function head(map: SymbolicTensor, { classes = 1000, dropout: rate = 0.5 }: ArchitectureOptions): SymbolicTensor {
  const drop = (value: SymbolicTensor): SymbolicTensor => layers.dropout({ rate }).apply(value);
  const flat = layers.flatten().apply(layers.adaptiveAveragePooling2d({ outputSize: 7 }).apply(map));
  const first = drop(hidden(flat, 'classifier.0', 4096));
  return scores(drop(hidden(first, 'classifier.3', 4096)), 'classifier.6', classes);
}

/** timm makes the first two dense layers convolutions, of 7×7 and 1×1. */
const timmNames: Readonly<Record<string, string>> = {
  'classifier.0': 'pre_logits.fc1',
  'classifier.3': 'pre_logits.fc2',
  'classifier.6': 'head.fc',
};

function row(depth: Depth, normalized: boolean, parameters: number) {
  return {
    family: 'VGG',
    description:
      `${depth - 3} convolutions of 3×3 and three dense layers` +
      (normalized ? ', batch normalisation behind every convolution' : ''),
    paper: {
      title: 'Very Deep Convolutional Networks for Large-Scale Image Recognition',
      authors: 'Simonyan, Zisserman',
      year: 2014,
      url: 'https://arxiv.org/abs/1409.1556',
    },
    inputShape: [224, 224, 3],
    classes: 1000,
    parameters,
    preprocessing: imagenetPreprocessing,
    weightNames: 'torchvision',
    create: (name: string, options: ArchitectureOptions): Model =>
      createClassifier({
        name,
        options,
        inputShape: [224, 224, 3],
        otherNames: { timm: (layer) => timmNames[layer] },
        features: (x) => features(x, depth, normalized),
        head: (map) => head(map, options),
      }),
  } as const satisfies Architecture;
}

/** Nothing but 3×3 convolutions, twice as many filters after each pooling; `_bn` with batch normalisation. */
export const vgg = {
  vgg11: row(11, false, 132_863_336),
  vgg11_bn: row(11, true, 132_868_840),
  vgg13: row(13, false, 133_047_848),
  vgg13_bn: row(13, true, 133_053_736),
  vgg16: row(16, false, 138_357_544),
  vgg16_bn: row(16, true, 138_365_992),
  vgg19: row(19, false, 143_667_240),
  vgg19_bn: row(19, true, 143_678_248),
} as const satisfies Readonly<Record<string, Architecture>>;
