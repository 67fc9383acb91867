import { initializers, layers, type SymbolicTensor } from '../layers/index.js';
import { asRows, joinedRows, type RawOutputs } from './detectionOutputs.js';
import { featurePyramid } from './featurePyramid.js';
import { resnetFeatures } from './resnet.js';

/** P3 to P7 over ResNet-50. Its normalizations stay as they are: a detector's batches are too small to measure by. */
function resnet50Pyramid(x: SymbolicTensor, epsilon: number): SymbolicTensor[] {
  const plan = { blocks: [3, 4, 6, 3] } as const;
  const [, c3, c4, c5] = resnetFeatures(x, plan, { prefix: 'backbone.body', norm: { trainable: false, epsilon } });
  return featurePyramid([c3, c4, c5], { extraLevels: 2, name: 'backbone.fpn' });
}

/** A step of a head, the same layers with the same weights at every map. */
type Step = (map: SymbolicTensor) => SymbolicTensor;

/** How sure of a thing a detector is at first: nearly everything is background, and should not drown the rest. */
const prior = initializers.constant({ value: -Math.log((1 - 0.01) / 0.01) });

/** A 3×3 convolution of a head. */
function step(name: string, filters: number, biasInitializer?: ReturnType<typeof initializers.constant>): Step {
  const kernelInitializer = initializers.randomNormal({ stddev: 0.01 });
  const layer = layers.conv2d({ name, filters, kernelSize: 3, padding: 1, kernelInitializer, biasInitializer });
  return (map) => layer.apply(map);
}

/** Four convolutions behind each other, with what comes between. */
const tower =
  (steps: readonly Step[]): Step =>
  (map) =>
    steps.reduce((y, one) => one(y), map);

const relu: Step = (map) => layers.activation({ activation: 'relu' }).apply(map);

const numbers = [0, 1, 2, 3] as const;

/** FCOS's tower: convolutions with group normalization, of 32 groups. */
const groupNormTower = (name: string): Step =>
  tower(
    numbers.flatMap((i) => {
      const norm = layers.groupNormalization({ name: `${name}.conv.${3 * i + 1}`, groups: 32, epsilon: 1e-5 });
      return [step(`${name}.conv.${3 * i}`, 256), (map) => norm.apply(map), relu];
    }),
  );

/** RetinaNet's tower: convolutions alone. */
const plainTower = (name: string): Step => tower(numbers.flatMap((i) => [step(`${name}.conv.${i}.0`, 256), relu]));

/** A head's rows at all maps: `count` of `size` numbers at each position. */
const rowsOf = (maps: readonly SymbolicTensor[], name: string, size: number, at: Step): SymbolicTensor =>
  joinedRows(
    maps.map((map) => asRows(at(map), size)),
    name,
  );

/**
 * FCOS's raw outputs: at each position of P3 to P7 scores of classes, the distances of the box's four sides, and how near the
 * middle it is.
 *
 * Tian et al., FCOS: Fully Convolutional One-Stage Object Detection, https://arxiv.org/abs/1904.01355
 */
export function fcosOutputs(x: SymbolicTensor, classes: number, epsilon = 1e-5): RawOutputs {
  const maps = resnet50Pyramid(x, epsilon);
  const [classification, regression] = ['head.classification_head', 'head.regression_head'];
  const scores = step(`${classification}.cls_logits`, classes, prior);
  const distances = step(`${regression}.bbox_reg`, 4);
  const middle = step(`${regression}.bbox_ctrness`, 1);
  const look = groupNormTower(classification);
  const measured = maps.map(groupNormTower(regression));
  return {
    scores: rowsOf(maps, 'cls_logits', classes, (map) => scores(look(map))),
    boxes: rowsOf(measured, 'bbox_regression', 4, (map) => relu(distances(map))),
    centerness: rowsOf(measured, 'bbox_ctrness', 1, middle),
  };
}

/**
 * RetinaNet's raw outputs: nine default boxes at each position of P3 to P7.
 *
 * Lin et al., Focal Loss for Dense Object Detection, https://arxiv.org/abs/1708.02002
 */
export function retinanetOutputs(x: SymbolicTensor, classes: number, epsilon = 1e-5): RawOutputs {
  const maps = resnet50Pyramid(x, epsilon);
  const [classification, regression] = ['head.classification_head', 'head.regression_head'];
  const scores = step(`${classification}.cls_logits`, 9 * classes, prior);
  const codes = step(`${regression}.bbox_reg`, 9 * 4);
  const [look, measure] = [plainTower(classification), plainTower(regression)];
  return {
    scores: rowsOf(maps, 'cls_logits', classes, (map) => scores(look(map))),
    boxes: rowsOf(maps, 'bbox_regression', 4, (map) => codes(measure(map))),
  };
}
