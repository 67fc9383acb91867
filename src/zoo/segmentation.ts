import { input, type SymbolicTensor } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import { imagenetPreprocessing } from '../pictures/preprocessing.js';
import type { Shape } from '../tensor/index.js';
import type { TaskArchitecture } from './architecture.js';
import { mobilenetV3Features, mobilenetV3Large } from './mobilenetV3.js';
import { resnetFeatures } from './resnet.js';
import { deepLabHead, fcnHead, lrasppHead, resizeTo, type SegmentationHeadOptions } from './segmentationHeads.js';

/** What a segmentation network can be made for. */
export interface SegmentationOptions {
  /** [H, W, 3]; [520, 520, 3] by default. */
  readonly inputShape?: Shape;
  /** The number of classes, the background counted; 21 by default, Pascal VOC's. */
  readonly classes?: number;
  /** What starting weights and random layers follow from; 0 by default. */
  readonly seed?: number;
  /** Whether the auxiliary head, which counts in training alone, is part of the model, where there is one; true by default. */
  readonly auxiliary?: boolean;
}

/** One row of the segmentation networks. */
export interface SegmentationArchitecture extends TaskArchitecture {
  /** [H, W, 3] → scores [H, W, classes], the background first; `name` is the row's. */
  readonly create: (name: string, options: SegmentationOptions) => Model;
}

/** Pascal VOC's classes, of which torchvision's published weights know pictures. */
export const vocClassNames: readonly string[] =
  `__background__ aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep
   sofa train tvmonitor`.split(/\s+/);

/** The maps that heads take: a fine and a wide one. */
interface Maps {
  readonly fine: SymbolicTensor;
  readonly wide: SymbolicTensor;
}

/** The backbones: torchvision's modules within `backbone`, the last stages dilated. */
const backbones = {
  mobilenet(x: SymbolicTensor): Maps {
    const path = (module: string): string => module.replace(/^features/, 'backbone');
    const maps = mobilenetV3Features(x, mobilenetV3Large, { path, dilated: true });
    return { fine: maps[4], wide: maps[16] };
  },
  resnet50(x: SymbolicTensor): Maps {
    const maps = resnetFeatures(x, { blocks: [3, 4, 6, 3] }, { prefix: 'backbone', dilated: true });
    return { fine: maps[2], wide: maps[3] };
  },
} as const;

/** What a network is put together from: its head, and the auxiliary one where there is one. */
interface Parts {
  readonly backbone: keyof typeof backbones;
  readonly head: (maps: Maps, name: string, options: SegmentationHeadOptions) => SymbolicTensor;
  readonly dropout?: number;
  readonly auxiliary: boolean;
}

/** How much torchvision's reference training counts the auxiliary head's loss. */
const auxiliaryWeight = 0.5;

const makerOf =
  (parts: Parts): SegmentationArchitecture['create'] =>
  (name, { inputShape = [520, 520, 3], classes = 21, seed = 0, auxiliary = true }) => {
    const x = input({ shape: inputShape });
    const maps = backbones[parts.backbone](x);
    const scores = parts.head(maps, 'classifier', { classes, dropout: parts.dropout ?? 0 });
    const outputs = resizeTo(scores, inputShape, 'out');
    const side = (): SymbolicTensor =>
      resizeTo(fcnHead(maps.fine, 'aux_classifier', { classes, dropout: 0.1 }), inputShape, 'aux');
    const auxiliaries = parts.auxiliary && auxiliary ? [{ output: side(), weight: auxiliaryWeight }] : [];
    return model({ inputs: x, outputs, name, seed, features: maps.wide, auxiliaries });
  };

const common = {
  inputShape: [520, 520, 3],
  classes: 21,
  preprocessing: { ...imagenetPreprocessing, size: [520, 520], resize: 520, fit: 'stretch' },
  weightNames: 'torchvision',
} as const;

const deepLab = {
  ...common,
  family: 'DeepLabV3',
  paper: {
    title: 'Rethinking Atrous Convolution for Semantic Image Segmentation',
    authors: 'Chen, Papandreou, Schroff, Adam',
    year: 2017,
    url: 'https://arxiv.org/abs/1706.05587',
  },
} as const;

/** Networks that say of each pixel what it belongs to, as in torchvision. */
export const segmentationArchitectures = {
  lraspp_mobilenet_v3_large: {
    ...common,
    family: 'LR-ASPP',
    description: 'two 1×1 convolutions on two maps of MobileNetV3, weighted by the picture’s means; for slow devices',
    paper: {
      title: 'Searching for MobileNetV3',
      authors: 'Howard et al.',
      year: 2019,
      url: 'https://arxiv.org/abs/1905.02244',
    },
    parameters: 3_221_538,
    multiplyAdds: 2_086_219_688,
    create: makerOf({
      backbone: 'mobilenet',
      head: ({ fine, wide }, name, { classes }) => lrasppHead(fine, wide, name, classes),
      auxiliary: false,
    }),
  },
  deeplabv3_mobilenet_v3_large: {
    ...deepLab,
    description: 'a pyramid of dilated convolutions on MobileNetV3’s last map',
    parameters: 11_029_328,
    multiplyAdds: 10_452_447_938,
    create: makerOf({
      backbone: 'mobilenet',
      head: ({ wide }, name, options) => deepLabHead(wide, name, options),
      dropout: 0.5,
      auxiliary: true,
    }),
  },
  deeplabv3_resnet50: {
    ...deepLab,
    description: 'a pyramid of dilated convolutions on ResNet-50’s last map, an 8th of the picture’s side',
    parameters: 42_004_074,
    multiplyAdds: 178_721_945_088,
    create: makerOf({
      backbone: 'resnet50',
      head: ({ wide }, name, options) => deepLabHead(wide, name, options),
      dropout: 0.5,
      auxiliary: true,
    }),
  },
  fcn_resnet50: {
    ...common,
    family: 'FCN',
    description: 'one 3×3 convolution on ResNet-50’s last map, an 8th of the picture’s side',
    paper: {
      title: 'Fully Convolutional Networks for Semantic Segmentation',
      authors: 'Long, Shelhamer, Darrell',
      year: 2015,
      url: 'https://arxiv.org/abs/1411.4038',
    },
    parameters: 35_322_218,
    multiplyAdds: 152_716_512_000,
    create: makerOf({
      backbone: 'resnet50',
      head: ({ wide }, name, options) => fcnHead(wide, name, options),
      dropout: 0.1,
      auxiliary: true,
    }),
  },
} as const satisfies Readonly<Record<string, SegmentationArchitecture>>;

/** The name of a segmentation network. */
export type SegmentationName = keyof typeof segmentationArchitectures;
