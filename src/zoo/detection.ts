import { input } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import type { Shape } from '../tensor/index.js';
import type { TaskArchitecture } from './architecture.js';
import type { RawOutputs } from './detectionOutputs.js';
import { fcosOutputs, retinanetOutputs } from './pyramidDetectors.js';
import { ssd300Outputs, ssdliteOutputs } from './ssdNetworks.js';

/** What a detection network can be made for. */
export interface DetectionOptions {
  /** [H, W, 3]; the network's own size by default. */
  readonly inputShape?: Shape;
  /** The number of classes, the background, which is the first, counted; 91 by default, COCO's. */
  readonly classes?: number;
  /** What starting weights follow from; 0 by default. */
  readonly seed?: number;
  /** What frozen normalizations add to the variance, where the network has some; the network's own by default. */
  readonly epsilon?: number;
}

/** How a network's rows become boxes: of which default boxes, coded how, and which are kept. */
export interface DetectionDecoding {
  /** 'ssd': softmax over classes, default boxes; 'retinanet': sigmoids, default boxes; 'fcos': sigmoids, distances. */
  readonly kind: 'ssd' | 'retinanet' | 'fcos';
  /** What is said with less is no detection. */
  readonly scoreThreshold: number;
  /** A box goes where it overlaps a better one of its class by more. */
  readonly nmsThreshold: number;
  /** How many of a class (SSD), or of a map (the others), suppression looks at. */
  readonly candidates: number;
  /** How many detections a picture has at most. */
  readonly detections: number;
}

/** One row of the detection networks. */
export interface DetectionArchitecture extends TaskArchitecture {
  readonly decoding: DetectionDecoding;
  /** What its backbone's normalizations, which stay as they are, add to the variance; undefined where they are trained. */
  readonly epsilon?: number;
  /** [H, W, 3] → scores [places, classes], boxes [places, 4] (and [places, 1]), in this order; `name` is the row's. */
  readonly create: (name: string, options: DetectionOptions) => Model;
}

/** Makes the network that ends in these outputs. */
const makerOf =
  (usual: Shape, outputsOf: (x: ReturnType<typeof input>, classes: number, epsilon?: number) => RawOutputs) =>
  (name: string, { inputShape = usual, classes = 91, seed = 0, epsilon }: DetectionOptions): Model => {
    const x = input({ shape: inputShape });
    const { scores, boxes, centerness } = outputsOf(x, classes, epsilon);
    return model({ inputs: x, outputs: centerness ? [scores, boxes, centerness] : [scores, boxes], name, seed });
  };

const usual = { classes: 91, weightNames: 'torchvision' } as const;

/** Pictures as FCOS and RetinaNet take them: whole, within these sides. */
const pyramidShape = [800, 1344, 3] as const;
const pyramidCommon = {
  ...usual,
  inputShape: pyramidShape,
  epsilon: 1e-5,
  preprocessing: { ...imagenetPreprocessing, size: [800, 1344], resize: 800, fit: 'contain' },
} as const;

/** Networks that find things in pictures, as in torchvision. */
export const detectionArchitectures = {
  ssdlite320_mobilenet_v3_large: {
    ...usual,
    family: 'SSDLite',
    description: 'six default boxes at each position of six maps of MobileNetV3; for slow devices',
    paper: {
      title: 'Searching for MobileNetV3',
      authors: 'Howard et al.',
      year: 2019,
      url: 'https://arxiv.org/abs/1905.02244',
    },
    inputShape: [320, 320, 3],
    parameters: 3_440_060,
    multiplyAdds: 583_171_904,
    preprocessing: {
      ...imagenetPreprocessing,
      size: [320, 320],
      resize: 320,
      fit: 'stretch',
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    },
    decoding: { kind: 'ssd', scoreThreshold: 0.001, nmsThreshold: 0.55, candidates: 300, detections: 300 },
    create: makerOf([320, 320, 3], ssdliteOutputs),
  },
  ssd300_vgg16: {
    ...usual,
    family: 'SSD',
    description: 'four or six default boxes at each position of six maps of VGG16',
    paper: {
      title: 'SSD: Single Shot MultiBox Detector',
      authors: 'Liu et al.',
      year: 2015,
      url: 'https://arxiv.org/abs/1512.02325',
    },
    inputShape: [300, 300, 3],
    parameters: 35_641_826,
    multiplyAdds: 34_858_153_472,
    preprocessing: {
      ...imagenetPreprocessing,
      size: [300, 300],
      resize: 300,
      fit: 'stretch',
      mean: [0.48235, 0.45882, 0.40784],
      std: [1 / 255, 1 / 255, 1 / 255],
    },
    decoding: { kind: 'ssd', scoreThreshold: 0.01, nmsThreshold: 0.45, candidates: 400, detections: 200 },
    create: makerOf([300, 300, 3], ssd300Outputs),
  },
  fcos_resnet50_fpn: {
    ...pyramidCommon,
    family: 'FCOS',
    description: 'one box at each position of five maps over ResNet-50, by the distances of its sides',
    paper: {
      title: 'FCOS: Fully Convolutional One-Stage Object Detection',
      authors: 'Tian, Shen, Chen, He',
      year: 2019,
      url: 'https://arxiv.org/abs/1904.01355',
    },
    parameters: 32_269_600,
    multiplyAdds: 128_207_052_800,
    decoding: { kind: 'fcos', scoreThreshold: 0.2, nmsThreshold: 0.6, candidates: 1000, detections: 100 },
    create: makerOf(pyramidShape, fcosOutputs),
  },
  retinanet_resnet50_fpn: {
    ...pyramidCommon,
    family: 'RetinaNet',
    description: 'nine default boxes at each position of five maps over ResNet-50',
    paper: {
      title: 'Focal Loss for Dense Object Detection',
      authors: 'Lin, Goyal, Girshick, He, Dollár',
      year: 2017,
      url: 'https://arxiv.org/abs/1708.02002',
    },
    parameters: 34_014_999,
    multiplyAdds: 151_540_437_248,
    decoding: { kind: 'retinanet', scoreThreshold: 0.05, nmsThreshold: 0.5, candidates: 1000, detections: 300 },
    create: makerOf(pyramidShape, retinanetOutputs),
  },
} as const satisfies Readonly<Record<string, DetectionArchitecture>>;

/** The name of a detection network. */
export type DetectionName = keyof typeof detectionArchitectures;
