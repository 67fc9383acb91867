import { initializers, layers, type SymbolicTensor } from '../layers/index.js';
import { activation, batchNorm, conv } from './blocks.js';
import { unetDecoder } from './unet.js';

/** What a head for points is made for. */
export interface KeypointHeadOptions {
  /** What its layers' names begin with. */
  readonly name: string;
  readonly points: number;
  /** Channels of the maps that it makes. */
  readonly filters: number;
}

/** The last convolution: heat maps begin near 0, as nearly all of each is. */
const heatMaps = (x: SymbolicTensor, { name, points }: KeypointHeadOptions): SymbolicTensor =>
  conv(x, `${name}.heatmaps`, points, 1, { bias: true, initializer: initializers.randomNormal({ stddev: 0.001 }) });

/**
 * Simple Baselines: transposed convolutions from the coarsest map to a quarter of the picture's side, each doubling.
 *
 * Xiao, Wu, Wei, Simple Baselines for Human Pose Estimation and Tracking, https://arxiv.org/abs/1804.06208
 */
function simpleBaselines(maps: readonly SymbolicTensor[], options: KeypointHeadOptions, doublings: number) {
  const { name, filters } = options;
  let y = maps[maps.length - 1];
  for (let i = 0; i < doublings; i++) {
    const kernelInitializer = initializers.randomNormal({ stddev: Math.sqrt(2 / (4 * y.shape[2])) });
    const larger = layers.conv2dTranspose({
      name: `${name}.deconv.${3 * i}`,
      ...{ filters, kernelSize: 4, strides: 2, padding: 'same', useBias: false, kernelInitializer },
    });
    y = activation(batchNorm(larger.apply(y), `${name}.deconv.${3 * i + 1}`), 'relu');
  }
  return heatMaps(y, options);
}

/** The maps of all levels joined from the coarsest upwards, by bilinear resizing and a convolution each: cheaper, and finer. */
function joined(maps: readonly SymbolicTensor[], options: KeypointHeadOptions): SymbolicTensor {
  const { name, filters } = options;
  return heatMaps(
    unetDecoder(
      maps,
      maps.map(() => filters),
      name,
    ),
    options,
  );
}

/** Heads that say where points are, one heat map for each; `doublings` bring the coarsest map to the finest level. */
export const keypointHeads = { joined, simpleBaselines } as const satisfies Readonly<
  Record<string, (maps: readonly SymbolicTensor[], options: KeypointHeadOptions, doublings: number) => SymbolicTensor>
>;

/** The name of a head for points. */
export type KeypointHeadName = keyof typeof keypointHeads;
