import { initializers, layers, type SymbolicTensor } from '../layers/index.js';
import { conv, convNormActivation, within, type ConvNormActivationOptions, type NormOptions } from './blocks.js';
import { asRows, joinedRows, type RawOutputs } from './detectionOutputs.js';
import { mobilenetV3Features, mobilenetV3Large } from './mobilenetV3.js';

/** Scores and box codes of every map's default boxes, by a small network for each map that `predict` makes. */
function ssdHeads(
  maps: readonly SymbolicTensor[],
  boxes: readonly number[],
  classes: number,
  predict: (map: SymbolicTensor, name: string, numbers: number) => SymbolicTensor,
  name = '',
): RawOutputs {
  const rows = (head: string, numbers: number): SymbolicTensor[] =>
    maps.map((map, i) =>
      asRows(predict(map, within(name, `head.${head}.module_list.${i}`), boxes[i] * numbers), numbers),
    );
  return {
    scores: joinedRows(rows('classification_head', classes), within(name, 'cls_logits')),
    boxes: joinedRows(rows('regression_head', 4), within(name, 'bbox_regression')),
  };
}

/** SSDLite's normalization: TensorFlow's epsilon, and three hundredths of a batch go into the statistics. */
const norm = { epsilon: 0.001, momentum: 0.97 };
const lite = { norm, activation: 'relu6' } as const satisfies ConvNormActivationOptions;

/** A map half as large: narrowed, every other position of each channel for itself, and widened. */
export function halvedMap(
  map: SymbolicTensor,
  name: string,
  filters: number,
  norms: NormOptions = norm,
): SymbolicTensor {
  const options = { ...lite, norm: norms };
  let y = convNormActivation(map, `${name}.0`, filters / 2, 1, options);
  y = convNormActivation(y, `${name}.1`, filters / 2, 3, { ...options, groups: filters / 2, strides: 2 });
  return convNormActivation(y, `${name}.2`, filters, 1, options);
}

/** MobileNetV3's maps for SSDLite: the widened one of its last stage's first block, the last, and four smaller ones. */
function ssdliteMaps(x: SymbolicTensor): SymbolicTensor[] {
  // torchvision cuts the backbone within its 13th block: what widens is the first part's end.
  const path = (module: string): string => {
    const [, block, rest] = /^features\.(\d+)(.*)$/.exec(module) ?? [];
    const index = Number(block);
    if (index < 13) return `backbone.features.0.${index}${rest}`;
    if (index > 13) return `backbone.features.1.${index - 13}${rest}`;
    return rest === '.block.0' ? 'backbone.features.0.13' : `backbone.features.1.0${rest.slice('.block'.length)}`;
  };
  let widened: SymbolicTensor | undefined;
  const onExpanded = (module: string, map: SymbolicTensor): void => {
    if (module === 'features.13') widened = map;
  };
  const options = { path, reducedTail: true, norm, onExpanded };
  const maps = [mobilenetV3Features(x, mobilenetV3Large, options).at(-1)!];
  [512, 256, 256, 128].forEach((filters, i) => maps.push(halvedMap(maps[i], `backbone.extra.${i}`, filters)));
  return [widened!, ...maps];
}

/** Of each map scores and codes of six default boxes at each position, by depthwise separable convolutions. */
export function ssdliteHead(
  maps: readonly SymbolicTensor[],
  classes: number,
  name = '',
  norms: NormOptions = norm,
): RawOutputs {
  const six = maps.map(() => 6);
  const predict = (map: SymbolicTensor, part: string, numbers: number): SymbolicTensor => {
    const y = convNormActivation(map, `${part}.0`, map.shape[2], 3, { ...lite, norm: norms, groups: map.shape[2] });
    return conv(y, `${part}.1`, numbers, 1, { bias: true });
  };
  return ssdHeads(maps, six, classes, predict, name);
}

/**
 * SSDLite's raw outputs: six default boxes at each position of six maps, by depthwise separable convolutions.
 *
 * Sandler et al., MobileNetV2, https://arxiv.org/abs/1801.04381, section 6.2
 */
export const ssdliteOutputs = (x: SymbolicTensor, classes: number): RawOutputs => ssdliteHead(ssdliteMaps(x), classes);

/** A convolution with its bias and ReLU, called by its module's path. */
const convRelu = (
  x: SymbolicTensor,
  name: string,
  filters: number,
  kernelSize: number,
  options: ConvNormActivationOptions = {},
): SymbolicTensor => conv(x, name, filters, kernelSize, { bias: true, activation: 'relu', ...options });

/** VGG16's maps for SSD300: the fourth stage's, normalized; that of the dilated convolutions behind the fifth; four smaller ones. */
function ssd300Maps(x: SymbolicTensor): SymbolicTensor[] {
  let module = 0;
  let y = x;
  const stages = [
    [2, 64],
    [2, 128],
    [3, 256],
    [3, 512],
  ] as const;
  stages.forEach(([count, filters], stage) => {
    for (let i = 0; i < count; i++, module += 2) y = convRelu(y, `backbone.features.${module}`, filters, 3);
    if (stage === 3) return;
    // Ceil mode at the third pooling, so that 75 becomes 38.
    y = layers.maxPooling2d({ poolSize: 2, strides: 2, ceilMode: stage === 2 }).apply(y);
    module++;
  });
  // Each position's channels have length 1 before the learned factors, which bring them to what the other maps have.
  const unit = layers.unitNormalization({ axis: -1 }).apply(y);
  const factors = layers.affine({
    name: 'backbone.rescale',
    center: false,
    gammaInitializer: initializers.constant({ value: 20 }),
    otherNames: { gamma: 'backbone.scale_weight' },
  });
  const fourth = factors.apply(unit);
  let z = layers.maxPooling2d({ poolSize: 2, strides: 2 }).apply(y);
  for (const part of [1, 3, 5]) z = convRelu(z, `backbone.extra.0.${part}`, 512, 3);
  z = layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 1 }).apply(z);
  z = convRelu(z, 'backbone.extra.0.7.1', 1024, 3, { dilation: 6, padding: 6 });
  const maps = [fourth, convRelu(z, 'backbone.extra.0.7.3', 1024, 1)];
  const extra = [
    [256, 512, { strides: 2, padding: 1 }],
    [128, 256, { strides: 2, padding: 1 }],
    [128, 256, { padding: 0 }],
    [128, 256, { padding: 0 }],
  ] as const;
  extra.forEach(([narrow, filters, options], i) => {
    const inside = convRelu(maps[i + 1], `backbone.extra.${i + 1}.0`, narrow, 1);
    maps.push(convRelu(inside, `backbone.extra.${i + 1}.2`, filters, 3, options));
  });
  return maps;
}

/**
 * SSD300's raw outputs: four or six default boxes at each position of six maps, by a 3×3 convolution for each.
 *
 * Liu et al., SSD: Single Shot MultiBox Detector, https://arxiv.org/abs/1512.02325
 */
export function ssd300Outputs(x: SymbolicTensor, classes: number): RawOutputs {
  return ssdHeads(ssd300Maps(x), [4, 6, 6, 6, 4, 4], classes, (map, name, numbers) =>
    conv(map, name, numbers, 3, { bias: true }),
  );
}
