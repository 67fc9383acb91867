import type { Preprocessing } from '../pictures/preprocessing.js';
import { detectionArchitectures, type DetectionDecoding, type DetectionName } from '../zoo/detection.js';
import type { DefaultBoxesPlan } from './defaultBoxes.js';

/** What a detector's numbers mean, as plain data that a file can keep beside the weights. */
export interface DetectorPlan {
  readonly decoding: DetectionDecoding;
  /** The boxes that rows start from. */
  readonly boxes: DefaultBoxesPlan;
  /** How its pictures are prepared until its model says otherwise. */
  readonly preprocessing: Preprocessing;
  /** Whether pictures that do not fill the input lie in its upper left corner on zeros, as torchvision has them; else amid black. */
  readonly inCorner: boolean;
}

/** The default boxes of torchvision's networks. */
const publishedBoxes: Readonly<Record<DetectionName, DefaultBoxesPlan>> = {
  ssdlite320_mobilenet_v3_large: {
    kind: 'ssd',
    // From a fifth of the side to all of it, evenly.
    scales: [...Array.from({ length: 6 }, (_, i) => 0.2 + ((0.95 - 0.2) * i) / 5), 1],
    aspectRatios: Array.from({ length: 6 }, () => [2, 3]),
  },
  ssd300_vgg16: {
    kind: 'ssd',
    scales: [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05],
    aspectRatios: [[2], [2, 3], [2, 3], [2, 3], [2], [2]],
    steps: [8, 16, 32, 64, 100, 300],
  },
  fcos_resnet50_fpn: { kind: 'anchors', sizes: [[8], [16], [32], [64], [128]], aspectRatios: [1] },
  retinanet_resnet50_fpn: {
    kind: 'anchors',
    sizes: [32, 64, 128, 256, 512].map((size) => [
      size,
      Math.floor(size * 2 ** (1 / 3)),
      Math.floor(size * 2 ** (2 / 3)),
    ]),
    aspectRatios: [0.5, 1, 2],
  },
};

/** What the numbers of torchvision's networks mean. */
export function publishedPlan(name: DetectionName): DetectorPlan {
  const { decoding, preprocessing } = detectionArchitectures[name];
  return { decoding, boxes: publishedBoxes[name], preprocessing, inCorner: true };
}

/** What the numbers of heads on other backbones mean: of FCOS's, whose maps have these levels. */
export const fcosPlan = (levels: readonly number[]): Pick<DetectorPlan, 'decoding' | 'boxes'> => {
  const steps = levels.map((level) => 2 ** level);
  return {
    decoding: { kind: 'fcos', scoreThreshold: 0.05, nmsThreshold: 0.6, candidates: 1000, detections: 100 },
    boxes: { kind: 'anchors', sizes: steps.map((step) => [step]), aspectRatios: [1], steps },
  };
};

/** Of SSD's: six boxes at each position, the smallest three strides of the finest map wide. */
export const ssdPlan = (levels: readonly number[], side: number): Pick<DetectorPlan, 'decoding' | 'boxes'> => {
  const smallest = Math.min(0.2, Math.max(0.05, (3 * 2 ** levels[0]) / side));
  const growth = (0.95 - smallest) / Math.max(1, levels.length - 1);
  return {
    decoding: { kind: 'ssd', scoreThreshold: 0.05, nmsThreshold: 0.5, candidates: 300, detections: 100 },
    boxes: {
      kind: 'ssd',
      scales: [...levels.map((_, i) => smallest + growth * i), 1],
      aspectRatios: levels.map(() => [2, 3]),
    },
  };
};
