import type { Model } from '../../../models/index.js';
import { imagenetPreprocessing, type Preprocessing } from '../../../pictures/preprocessing.js';

/** How the weights of one of `keras.applications` go into an architecture of the zoo that computes the same. */
export interface Application {
  /** The file's layer for one of the model's; undefined where the file has none of that kind. */
  readonly fileLayers: (model: Model, names: readonly string[]) => ReadonlyMap<string, string>;
  /** What Keras adds to variances, where the zoo adds something else. */
  readonly epsilon?: number;
  /** How pictures are prepared for these weights, at the model's size. */
  readonly preprocessing: Omit<Preprocessing, 'size'>;
}

const convolutionsBefore = { vgg16: [2, 2, 3, 3, 3], vgg19: [2, 2, 4, 4, 4] } as const;

/** The zoo counts activations and poolings among its features, Keras counts blocks. */
const vgg = (name: keyof typeof convolutionsBefore): Application => ({
  fileLayers() {
    const layers = new Map([
      ['classifier.0', 'fc1'],
      ['classifier.3', 'fc2'],
      ['classifier.6', 'predictions'],
    ]);
    let module = 0;
    convolutionsBefore[name].forEach((count, block) => {
      for (let i = 1; i <= count; i++, module += 2) layers.set(`features.${module}`, `block${block + 1}_conv${i}`);
      module++;
    });
    return layers;
  },
  preprocessing: { channels: 'BGR', mean: [103.939 / 255, 116.779 / 255, 123.68 / 255], std: [1 / 255] },
});

/** The first of several names that the file has. */
const either = (names: readonly string[], ...candidates: readonly string[]): string =>
  candidates.find((name) => names.includes(name)) ?? candidates[0];

const densenet: Application = {
  fileLayers(model, names) {
    const inBlock = { norm1: '0_bn', conv1: '1_conv', norm2: '1_bn', conv2: '2_conv' } as const;
    const layers = new Map([
      ['features.conv0', either(names, 'conv1/conv', 'conv1_conv')],
      ['features.norm0', either(names, 'conv1/bn', 'conv1_bn')],
      ['features.norm5', 'bn'],
      ['classifier', either(names, 'fc1000', 'predictions')],
    ]);
    for (const { name } of model.layers) {
      const dense = /^features\.denseblock(\d)\.denselayer(\d+)\.(norm1|conv1|norm2|conv2)$/.exec(name);
      if (dense)
        layers.set(name, `conv${Number(dense[1]) + 1}_block${dense[2]}_${inBlock[dense[3] as keyof typeof inBlock]}`);
      const between = /^features\.transition(\d)\.(norm|conv)$/.exec(name);
      if (between) layers.set(name, `pool${Number(between[1]) + 1}_${between[2] === 'norm' ? 'bn' : 'conv'}`);
    }
    return layers;
  },
  epsilon: 1.001e-5,
  preprocessing: { mean: imagenetPreprocessing.mean, std: imagenetPreprocessing.std },
};

/** Layers without a name of their own are numbered in the order in which Keras made them, which is the zoo's. */
const inceptionResnet: Application = {
  fileLayers(model, names) {
    const numbered = (base: string): string[] =>
      names
        .filter((name) => new RegExp(`^${base}(_\\d+)?$`).test(name))
        .sort(
          (a, b) =>
            Number(/\d+$/.exec(a.slice(base.length))?.[0] ?? 0) - Number(/\d+$/.exec(b.slice(base.length))?.[0] ?? 0),
        );
    const [convolutions, normalizations] = [numbered('conv2d'), numbered('batch_normalization')];
    const layers = new Map([
      ['conv2d_7b.conv', 'conv_7b'],
      ['conv2d_7b.bn', 'conv_7b_bn'],
      ['classif', 'predictions'],
    ]);
    const kinds = ['block35', 'block17', 'block8'];
    for (const { name, className } of model.layers) {
      if (layers.has(name)) continue;
      const block = /^repeat(_\d)?\.(\d+)\.conv2d$/.exec(name);
      if (block) layers.set(name, `${kinds[Number(block[1]?.slice(1) ?? 0)]}_${Number(block[2]) + 1}_conv`);
      else if (name === 'block8.conv2d') layers.set(name, 'block8_10_conv');
      else if (className === 'Conv2D') layers.set(name, convolutions.shift() ?? '');
      else if (className === 'BatchNormalization') layers.set(name, normalizations.shift() ?? '');
    }
    return layers;
  },
  epsilon: 1e-3,
  preprocessing: { mean: [0.5], std: [0.5] },
};

/** Architectures of the zoo that are Keras's, layer by layer. */
export const applications: Readonly<Record<string, Application>> = {
  vgg16: vgg('vgg16'),
  vgg19: vgg('vgg19'),
  densenet121: densenet,
  densenet169: densenet,
  densenet201: densenet,
  inception_resnet_v2: inceptionResnet,
};

const strided =
  "Keras pads strided convolutions at the right and bottom alone ('same'), the zoo's architecture on both sides: every value would be off by one pixel";

/** Architectures that have Keras's name and are other networks, and in what. */
const others: readonly (readonly [RegExp, string])[] = [
  [
    /^(wide_)?resnet\d|^resnext/,
    "Keras's blocks stride in their first convolution and have biases, torchvision's stride in the second",
  ],
  [
    /^xception$/,
    "Keras pads the pooling of an even map at the right and bottom alone ('same'), the zoo's on both sides",
  ],
  [/^inception_v3$/, "Keras's average poolings leave padding out of the mean, torchvision's count it as zeros"],
  [/^mobilenet|^efficientnet/, strided],
];

/** Why weights of `keras.applications` would not give Keras's results in this architecture; undefined where they would. */
export function differenceFromKeras(architecture: string): string | undefined {
  return others.find(([pattern]) => pattern.test(architecture))?.[1];
}
