import { layers, type SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import type { Architecture, ArchitectureOptions } from './architecture.js';
import { createClassifier, pooledClassifier } from './createClassifier.js';
import { chain, type ChainStep } from './blocks.js';

/** A maximum over 3×3, at every other position. */
function shrink(x: SymbolicTensor): SymbolicTensor {
  return layers.maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
}

/** A mean over 3×3 that counts the zeros at the edge, and a 1×1 convolution. */
function poolBranch(x: SymbolicTensor, name: string, filters: number): SymbolicTensor {
  const means = layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 1, countPadding: true }).apply(x);
  return chain(means, name, [['branch_pool', filters, 1]]);
}

/** All branches of a module side by side. */
function join(...branches: readonly SymbolicTensor[]): SymbolicTensor {
  return layers.concatenate().apply(...branches);
}

/** The paper's figure 5: 1×1, 5×5, two 3×3, pooling; on maps of 35×35. */
function moduleA(x: SymbolicTensor, name: string, pooled: number): SymbolicTensor {
  return join(
    chain(x, name, [['branch1x1', 64, 1]]),
    chain(x, name, [
      ['branch5x5_1', 48, 1],
      ['branch5x5_2', 64, 5],
    ]),
    chain(x, name, [
      ['branch3x3dbl_1', 64, 1],
      ['branch3x3dbl_2', 96, 3],
      ['branch3x3dbl_3', 96, 3],
    ]),
    poolBranch(x, name, pooled),
  );
}

/** Without padding, at every other position. */
const halving = { strides: 2, padding: 0 } as const;

/** From 35×35 to 17×17. */
function moduleB(x: SymbolicTensor, name: string): SymbolicTensor {
  return join(
    chain(x, name, [['branch3x3', 384, 3, halving]]),
    chain(x, name, [
      ['branch3x3dbl_1', 64, 1],
      ['branch3x3dbl_2', 96, 3],
      ['branch3x3dbl_3', 96, 3, halving],
    ]),
    shrink(x),
  );
}

/** The paper's figure 6: 7×7 as 1×7 and 7×1, once and twice; on maps of 17×17. */
function moduleC(x: SymbolicTensor, name: string, inner: number): SymbolicTensor {
  return join(
    chain(x, name, [['branch1x1', 192, 1]]),
    chain(x, name, [
      ['branch7x7_1', inner, 1],
      ['branch7x7_2', inner, [1, 7]],
      ['branch7x7_3', 192, [7, 1]],
    ]),
    chain(x, name, [
      ['branch7x7dbl_1', inner, 1],
      ['branch7x7dbl_2', inner, [7, 1]],
      ['branch7x7dbl_3', inner, [1, 7]],
      ['branch7x7dbl_4', inner, [7, 1]],
      ['branch7x7dbl_5', 192, [1, 7]],
    ]),
    poolBranch(x, name, 192),
  );
}

/** From 17×17 to 8×8. */
function moduleD(x: SymbolicTensor, name: string): SymbolicTensor {
  return join(
    chain(x, name, [
      ['branch3x3_1', 192, 1],
      ['branch3x3_2', 320, 3, halving],
    ]),
    chain(x, name, [
      ['branch7x7x3_1', 192, 1],
      ['branch7x7x3_2', 192, [1, 7]],
      ['branch7x7x3_3', 192, [7, 1]],
      ['branch7x7x3_4', 192, 3, halving],
    ]),
    shrink(x),
  );
}

/** The paper's figure 7: 3×3 as 1×3 beside 3×1; on maps of 8×8. */
function moduleE(x: SymbolicTensor, name: string): SymbolicTensor {
  const fork = (trunk: SymbolicTensor, prefix: string): readonly SymbolicTensor[] =>
    (
      [
        [`${prefix}a`, 384, [1, 3]],
        [`${prefix}b`, 384, [3, 1]],
      ] as const satisfies readonly ChainStep[]
    ).map((step) => chain(trunk, name, [step]));
  const single = chain(x, name, [['branch3x3_1', 384, 1]]);
  const double = chain(x, name, [
    ['branch3x3dbl_1', 448, 1],
    ['branch3x3dbl_2', 384, 3],
  ]);
  return join(
    chain(x, name, [['branch1x1', 320, 1]]),
    ...fork(single, 'branch3x3_2'),
    ...fork(double, 'branch3x3dbl_3'),
    poolBranch(x, name, 192),
  );
}

/** From the picture to the map of 17×17 that the auxiliary classifier starts from, too. */
function trunk(input: SymbolicTensor): SymbolicTensor {
  let x = chain(input, '', [
    ['Conv2d_1a_3x3', 32, 3, halving],
    ['Conv2d_2a_3x3', 32, 3, { padding: 0 }],
    ['Conv2d_2b_3x3', 64, 3],
  ]);
  x = chain(shrink(x), '', [
    ['Conv2d_3b_1x1', 80, 1],
    ['Conv2d_4a_3x3', 192, 3, { padding: 0 }],
  ]);
  x = moduleA(shrink(x), 'Mixed_5b', 32);
  x = moduleA(x, 'Mixed_5c', 64);
  x = moduleA(x, 'Mixed_5d', 64);
  x = moduleB(x, 'Mixed_6a');
  x = moduleC(x, 'Mixed_6b', 128);
  x = moduleC(x, 'Mixed_6c', 160);
  x = moduleC(x, 'Mixed_6d', 160);
  return moduleC(x, 'Mixed_6e', 192);
}

/** Scores from the middle of the network. Maps smaller than the paper's 17×17 get zeros around what does not fit. */
function auxiliaryHead(map: SymbolicTensor, classes: number | undefined): SymbolicTensor {
  const [height, width] = map.shape;
  const poolSize = [Math.min(5, height), Math.min(5, width)] as const;
  const x = layers.averagePooling2d({ poolSize, strides: 3 }).apply(map);
  const missing = (size: number): number => Math.max(0, Math.ceil((5 - size) / 2));
  const padding = [missing(x.shape[0]), missing(x.shape[1])] as const;
  const y = chain(x, 'AuxLogits', [
    ['conv0', 128, 1],
    ['conv1', 768, 5, { padding }],
  ]);
  return pooledClassifier(y, 'AuxLogits.fc', { classes });
}

function createInceptionV3(name: string, options: ArchitectureOptions): Model {
  let middle: SymbolicTensor;
  return createClassifier({
    name,
    options,
    inputShape: [299, 299, 3],
    features: (input) => {
      middle = trunk(input);
      const x = moduleE(moduleD(middle, 'Mixed_7a'), 'Mixed_7b');
      return moduleE(x, 'Mixed_7c');
    },
    head: (features) => pooledClassifier(features, 'fc', options, 0.5),
    // The weight with which its authors' published training program counts the loss.
    auxiliaries: () => [{ output: auxiliaryHead(middle, options.classes), weight: 0.4 }],
  });
}

/** Inception, version 3, as in torchvision. */
export const inceptionV3 = {
  inception_v3: {
    family: 'Inception',
    description:
      'Inception modules with large kernels taken apart (1×7 and 7×1), batch normalisation, one auxiliary head',
    paper: {
      title: 'Rethinking the Inception Architecture for Computer Vision',
      authors: 'Szegedy et al.',
      year: 2015,
      url: 'https://arxiv.org/abs/1512.00567',
    },
    inputShape: [299, 299, 3],
    classes: 1000,
    parameters: 27_161_264,
    // torchvision's weights take ImageNet's mean and deviation, which their model (`transform_input`) turns into these.
    preprocessing: {
      size: [299, 299],
      resize: 342,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channels: 'RGB',
      interpolation: 'bilinear',
    },
    weightNames: 'torchvision',
    create: createInceptionV3,
  },
} as const satisfies Readonly<Record<string, Architecture>>;
