import type { Model } from '../models/index.js';

/** What published weights call a layer, by who calls it so; undefined, or its own name, where that is its name. */
export type OtherNames = Readonly<Record<string, (layer: string) => string | undefined>>;

/** Tells a model's layers what else they are called, so that `loadWeights` finds them under those names, too. */
export function addOtherNames({ layers }: Model, others: OtherNames): void {
  for (const layer of layers) {
    for (const [who, nameOf] of Object.entries(others)) {
      const other = nameOf(layer.name) ?? layer.name;
      if (other !== layer.name) layer.otherNames = { ...layer.otherNames, [who]: other };
    }
  }
}

/**
 * timm's parts of an inverted residual block, by torchvision's modules. The last two come one module earlier where there is
 * no squeeze-and-excitation, and are not nested in MobileNetV2.
 */
const invertedParts = {
  /** Of the first stage, whose blocks do not widen: timm's depthwise separable block. */
  first: {
    '0.0': 'conv_dw',
    '0.1': 'bn1',
    '1.fc1': 'se.conv_reduce',
    '1.fc2': 'se.conv_expand',
    '1.0': 'conv_pw',
    '1.1': 'bn2',
    '2.0': 'conv_pw',
    '2.1': 'bn2',
    '1': 'conv_pw',
    '2': 'bn2',
  },
  later: {
    '0.0': 'conv_pw',
    '0.1': 'bn1',
    '1.0': 'conv_dw',
    '1.1': 'bn2',
    '2.fc1': 'se.conv_reduce',
    '2.fc2': 'se.conv_expand',
    '2.0': 'conv_pwl',
    '2.1': 'bn3',
    '3.0': 'conv_pwl',
    '3.1': 'bn3',
    '2': 'conv_pwl',
    '3': 'bn3',
  },
} as const;

/** What torchvision calls a block of inverted residuals: the n-th of all, which is the i-th of a stage; all from 0. */
export type BlockPath = (n: number, stage: number, i: number) => string;

/**
 * timm's names of a network of inverted residual blocks: `blocks.stage.block.conv_dw`.
 *
 * @param stages - how many blocks each stage has
 * @param path - torchvision's name of a block
 * @param rest - timm's names of the layers before and behind the blocks, by torchvision's
 */
export function timmInvertedResiduals(
  stages: readonly number[],
  path: BlockPath,
  rest: Readonly<Record<string, string>>,
): OtherNames {
  const names: Record<string, string> = { 'features.0.0': 'conv_stem', 'features.0.1': 'bn1', ...rest };
  let n = 0;
  stages.forEach((blocks, stage) => {
    for (let i = 0; i < blocks; i++) {
      const block = path(n++, stage, i);
      for (const [part, name] of Object.entries(stage === 0 ? invertedParts.first : invertedParts.later)) {
        names[`${block}.${part}`] = `blocks.${stage}.${i}.${name}`;
      }
    }
  });
  return { timm: (layer) => names[layer] };
}
