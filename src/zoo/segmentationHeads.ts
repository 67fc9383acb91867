import { layers, type SymbolicTensor } from '../layers/index.js';
import { activation, conv, convNormActivation } from './blocks.js';

/** A map brought to other rows and columns, as PyTorch's `interpolate(…, mode='bilinear', align_corners=False)`. */
export function resizeTo(x: SymbolicTensor, [height, width]: readonly number[], name?: string): SymbolicTensor {
  return layers.resizing({ height, width, name }).apply(x);
}

/** Scores of classes at every position. x: [H, W, C] → [H, W, classes]. */
const scoreMap = (x: SymbolicTensor, name: string, classes: number): SymbolicTensor =>
  conv(x, name, classes, 1, { bias: true, initializer: 'glorotUniform' });

/**
 * Lite Reduced Atrous Spatial Pyramid Pooling: a wide map's channels are weighted by the picture's means, and what it says is
 * added to what a finer map says. low: [H, W, C1], high: [h, w, C2] → scores [H, W, classes].
 *
 * Howard et al., Searching for MobileNetV3, https://arxiv.org/abs/1905.02244, figure 10
 */
export function lrasppHead(low: SymbolicTensor, high: SymbolicTensor, name: string, classes: number): SymbolicTensor {
  const wide = convNormActivation(high, `${name}.cbr`, 128, 1, { activation: 'relu' });
  const means = layers.globalAveragePooling2d({ keepDims: true }).apply(high);
  const factors = conv(means, `${name}.scale.1`, 128, 1, { activation: 'sigmoid' });
  const weighted = resizeTo(layers.multiply().apply(wide, factors), low.shape);
  const [fine, coarse] = [
    scoreMap(low, `${name}.low_classifier`, classes),
    scoreMap(weighted, `${name}.high_classifier`, classes),
  ];
  return layers.add({ name: `${name}.add` }).apply(fine, coarse);
}

/** Options of heads whose layers drop values in training. */
export interface SegmentationHeadOptions {
  readonly classes: number;
  /** The share that training drops. */
  readonly dropout: number;
}

/**
 * One 3×3 convolution to a quarter of the channels, and scores. x: [H, W, C] → [H, W, classes].
 *
 * Long et al., Fully Convolutional Networks for Semantic Segmentation, https://arxiv.org/abs/1411.4038
 */
export function fcnHead(
  x: SymbolicTensor,
  name: string,
  { classes, dropout: rate }: SegmentationHeadOptions,
): SymbolicTensor {
  const parts = ['0', '1'] as const;
  const y = convNormActivation(x, name, Math.max(1, Math.floor(x.shape[2] / 4)), 3, { activation: 'relu', parts });
  return scoreMap(layers.dropout({ rate }).apply(y), `${name}.4`, classes);
}

/**
 * Atrous Spatial Pyramid Pooling: one position, three rings around it at growing distances, and the whole picture's mean, side by
 * side. x: [H, W, C] → [H, W, 256].
 */
function atrousPyramid(x: SymbolicTensor, name: string, rate: number): SymbolicTensor {
  const relu = { activation: 'relu' } as const;
  const branches = [
    convNormActivation(x, `${name}.convs.0`, 256, 1, relu),
    ...[12, 24, 36].map((dilation, i) =>
      convNormActivation(x, `${name}.convs.${i + 1}`, 256, 3, { ...relu, dilation, padding: dilation }),
    ),
  ];
  const means = layers.globalAveragePooling2d({ keepDims: true }).apply(x);
  const pooled = convNormActivation(means, `${name}.convs.4`, 256, 1, { ...relu, parts: ['1', '2'] });
  const all = layers.concatenate().apply(...branches, resizeTo(pooled, x.shape));
  return layers.dropout({ rate }).apply(convNormActivation(all, `${name}.project`, 256, 1, relu));
}

/**
 * DeepLabV3's head: a pyramid of dilated convolutions, one more 3×3 convolution, and scores. x: [H, W, C] → [H, W, classes].
 *
 * Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation, https://arxiv.org/abs/1706.05587
 */
export function deepLabHead(
  x: SymbolicTensor,
  name: string,
  { classes, dropout }: SegmentationHeadOptions,
): SymbolicTensor {
  const y = convNormActivation(atrousPyramid(x, `${name}.0`, dropout), name, 256, 3, { parts: ['1', '2'] });
  return scoreMap(activation(y, 'relu', `${name}.3`), `${name}.4`, classes);
}
