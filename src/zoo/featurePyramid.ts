import { layers, type SymbolicTensor } from '../layers/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { activation, conv, type ConvOptions } from './blocks.js';

/** Options of `featurePyramid`. */
export interface FeaturePyramidOptions {
  /** Channels of every map that comes out; 256 by default. */
  readonly filters?: number;
  /** How many maps are added beyond the coarsest, each half as large as the one before; 0 by default. */
  readonly extraLevels?: number;
  /** The module that it is in: `backbone.fpn`; 'fpn' by default. */
  readonly name?: string;
  /**
   * Whether its 3×3 convolutions are depthwise separable, which costs about an eighth: for slow devices, and heads that must not
   * cost much beside the classifier; false by default.
   */
  readonly separable?: boolean;
}

const accepts = {
  where: 'featurePyramid',
  kinds: { filters: 'number', extraLevels: 'number', name: 'string', separable: 'boolean' },
} as const satisfies AcceptedOptions<FeaturePyramidOptions>;

/**
 * A feature pyramid: the maps of a backbone, finest first, brought to one number of channels, each with what the coarser ones saw
 * added from above; then smaller maps beyond them (P6 and P7 in FCOS and RetinaNet, whose coarsest map is C5). Layers carry torchvision's names.
 * [H / 8, W / 8, C3], [H / 16, W / 16, C4], … → [H / 8, W / 8, filters], [H / 16, W / 16, filters], …
 *
 * Lin et al., Feature Pyramid Networks for Object Detection, https://arxiv.org/abs/1612.03144
 *
 * @throws StriateError when `filters` or `extraLevels` is no whole number.
 *
 * @example
 * const { outputs } = features(zoo.create('resnet18', { inputShape: [128, 128, 3] }), { levels: [3, 4, 5] });
 * const [p3, p4, p5, p6, p7] = featurePyramid(outputs, { extraLevels: 2 });
 */
export function featurePyramid(maps: readonly SymbolicTensor[], options: FeaturePyramidOptions = {}): SymbolicTensor[] {
  const { filters = 256, extraLevels = 0, name = 'fpn', separable = false } = expectOptions(accepts, options);
  expectWhole(accepts.where, 'filters', filters);
  expectWhole(accepts.where, 'extraLevels', extraLevels, 0);
  const plain = { bias: true } as const;
  const lateral = maps.map((map, i) => conv(map, `${name}.inner_blocks.${i}.0`, filters, 1, plain));
  for (let i = lateral.length - 2; i >= 0; i--) {
    const [height, width] = lateral[i].shape;
    const nearest = { interpolation: 'nearest', coordinates: 'asymmetric', rounding: 'floor' } as const;
    const above = layers.resizing({ height, width, ...nearest }).apply(lateral[i + 1]);
    lateral[i] = layers.add().apply(lateral[i], above);
  }
  const wide = (map: SymbolicTensor, part: string, strides: ConvOptions['strides'] = 1): SymbolicTensor => {
    if (!separable) return conv(map, part, filters, 3, { ...plain, strides });
    const alone = conv(map, `${part}.depthwise`, map.shape[2], 3, { groups: map.shape[2], strides });
    return conv(alone, `${part}.pointwise`, filters, 1, plain);
  };
  const levels = lateral.map((map, i) => wide(map, `${name}.layer_blocks.${i}.0`));
  for (let i = 0; i < extraLevels; i++) {
    const last = levels[levels.length - 1];
    const from = i === 0 ? last : activation(last, 'relu');
    levels.push(wide(from, `${name}.extra_blocks.p${6 + i}`, 2));
  }
  return levels;
}
