import type { Model } from '../models/index.js';
import type { Shape } from '../tensor/index.js';

/** What every architecture can be made for. */
export interface ArchitectureOptions {
  /** [H, W, C]; the architecture's own size by default. */
  readonly inputShape?: Shape;
  /** The number of classes; the architecture's own by default. */
  readonly classes?: number;
  /** What starting weights and random layers follow from; 0 by default. */
  readonly seed?: number;
  /** Whether the classifier is part of the model; true by default. Without it the model ends with its features. */
  readonly includeTop?: boolean;
  /** What happens to the features where the classifier is left out: pooled to [C], or given as a map (the default). */
  readonly pooling?: 'avg' | 'max';
  /** What the model ends in; by default what the architecture's authors give: scores ('linear') or probabilities. */
  readonly classifierActivation?: 'linear' | 'softmax';
  /** The share of values that the classifier drops in training; the architecture's own by default. */
  readonly dropout?: number;
  /** Whether auxiliary classifiers are part of the model, where the architecture has them; true by default. */
  readonly auxiliary?: boolean;
  /** How CIFAR ResNets shorten: 'A' takes every other pixel and adds channels of zeros, 'B' projects; 'A' by default. */
  readonly shortcut?: 'A' | 'B';
}

/** How pictures must be prepared for an architecture's published weights. */
export interface Preprocessing {
  /** Rows and columns that go in. */
  readonly size: readonly [height: number, width: number];
  /** Length of the shorter side before the middle is cut out. */
  readonly resize: number;
  /**
   * 'crop' (the default) keeps proportions and cuts; 'stretch' brings the whole picture to the size at once; 'contain' shows
   * all of it on black ground.
   */
  readonly fit?: 'crop' | 'stretch' | 'contain';
  /** Subtracted from each channel, of values from 0 to 1. */
  readonly mean: readonly number[];
  /** Each channel is divided by this afterwards. */
  readonly std: readonly number[];
  readonly channels: 'RGB' | 'BGR' | 'grey';
  readonly interpolation: 'nearest' | 'bilinear' | 'bicubic';
}

/** Where an architecture was published. */
export interface Paper {
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  readonly url: string;
}

/** One row of the registry. */
export interface Architecture {
  /** Which family it belongs to: `ResNet`. */
  readonly family: string;
  /** One sentence. */
  readonly description: string;
  readonly paper: Paper;
  /** [H, W, C] unless asked otherwise. */
  readonly inputShape: Shape;
  readonly classes: number;
  /** What can be learned at that size and number of classes; running statistics apart. */
  readonly parameters: number;
  readonly preprocessing: Preprocessing;
  /**
   * Whose tensor names its layers carry, so that those weights can be read; 'pytorch_resnet_cifar10' is akamaster's
   * repository on GitHub; 'striate' where there are none.
   */
  readonly weightNames: 'torchvision' | 'timm' | 'pytorch_resnet_cifar10' | 'striate';
  /** Makes the model; `name` is the row's. */
  readonly create: (name: string, options: ArchitectureOptions) => Model;
}

/** ImageNet pictures as torchvision's weights want them: the shorter side to 256, the middle 224×224. */
export const imagenetPreprocessing: Preprocessing = {
  size: [224, 224],
  resize: 256,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channels: 'RGB',
  interpolation: 'bilinear',
};
