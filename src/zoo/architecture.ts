import type { Model } from '../models/index.js';
import type { CompletePreprocessing, Preprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { expectOneOf, expectWhole } from '../tensor/check.js';
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

/** The kinds of these options. */
export const architectureOptionKinds = {
  inputShape: 'list',
  classes: 'number',
  seed: 'number',
  includeTop: 'boolean',
  pooling: 'string',
  classifierActivation: 'string',
  dropout: 'number',
  auxiliary: 'boolean',
  shortcut: 'string',
} as const satisfies OptionKinds<ArchitectureOptions>;

const words = { pooling: ['avg', 'max'], classifierActivation: ['linear', 'softmax'], shortcut: ['A', 'B'] } as const;

/**
 * The options that an architecture is made for, checked.
 *
 * @throws StriateError for a name that is none of theirs, or a value of another kind.
 */
export function expectArchitectureOptions(name: string, options: ArchitectureOptions): ArchitectureOptions {
  const where = `zoo '${name}'`;
  expectOptions({ where, kinds: architectureOptionKinds }, options);
  for (const [option, allowed] of Object.entries(words)) {
    const value = options[option as keyof typeof words];
    if (value !== undefined) expectOneOf<string>(where, option, value, allowed);
  }
  if (options.classes !== undefined) expectWhole(where, 'classes', options.classes);
  return options;
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
  /** What networks whose files have the layers' other names compute differently; told when such weights are loaded. */
  readonly otherNetworks?: string;
  /**
   * Whose tensor names its layers carry, so that those weights can be read; 'pytorch_resnet_cifar10' is akamaster's
   * repository on GitHub; 'striate' where there are none.
   */
  readonly weightNames: 'torchvision' | 'timm' | 'pytorch_resnet_cifar10' | 'striate';
  /** Makes the model; `name` is the row's. */
  readonly create: (name: string, options: ArchitectureOptions) => Model;
}

/** What the rows of networks for boxes and masks have in common. */
export interface TaskArchitecture extends Pick<
  Architecture,
  'family' | 'description' | 'paper' | 'inputShape' | 'classes'
> {
  /** What can be learned at that number of classes: an auxiliary head counts, normalizations that stay as they are do not. */
  readonly parameters: number;
  /**
   * Multiply-adds of one picture (convolutions and matrix products), an auxiliary head's counted, as torchvision counts: FCOS and
   * RetinaNet at 800×800.
   */
  readonly multiplyAdds: number;
  readonly preprocessing: CompletePreprocessing;
  readonly weightNames: 'torchvision';
}
