import type { Model } from '../models/index.js';
import { refuseForeignNames, StriateError } from '../tensor/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf } from '../tensor/check.js';
import { architectureOptionKinds, type Architecture, type ArchitectureOptions } from './architecture.js';
import { architectures, type ArchitectureName } from './architectures.js';
import { hubOptionKinds } from './weights/hub.js';
import { createPretrained, type PretrainedOptions } from './weights/pretrained.js';

/** Which architectures `zoo.list` gives. */
export interface ArchitectureFilter {
  /** As in the registry, upper or lower case: 'resnet'. */
  readonly family?: string;
  /** Parameters at most. */
  readonly maxParameters?: number;
  /** Whose tensor names their layers carry. */
  readonly weightNames?: Architecture['weightNames'];
}

/** Keras's names of architectures that are here. */
const kerasNames =
  'ResNet50 ResNet101 ResNet152 VGG16 VGG19 MobileNet MobileNetV2 MobileNetV3Small MobileNetV3Large DenseNet121 DenseNet169 DenseNet201 ' +
  'EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7 InceptionV3 ' +
  'InceptionResNetV2 Xception';

const weightNamers = Object.keys({
  torchvision: true,
  timm: true,
  pytorch_resnet_cifar10: true,
  striate: true,
} satisfies Record<Architecture['weightNames'], true>) as Architecture['weightNames'][];

const listAccepts = {
  where: 'zoo.list',
  kinds: { family: 'string', maxParameters: 'number', weightNames: 'string' },
} as const satisfies AcceptedOptions<ArchitectureFilter>;

/** With and without weights. */
type CreateOptions = Omit<PretrainedOptions, 'weights'> & {
  readonly weights?: PretrainedOptions['weights'] | null | undefined;
};

const createAccepts = {
  where: 'zoo.create',
  kinds: {
    ...architectureOptionKinds,
    ...hubOptionKinds,
    weights: 'string or list or object or null',
    weightsKey: 'string',
  },
} as const satisfies AcceptedOptions<CreateOptions>;

/**
 * Ready-made architectures.
 *
 * @namespace
 * @example
 * const digits = zoo.create('mnist_cnn', { seed: 1 });
 */
export const zoo = sayingCreate({
  /**
   * The names of the architectures, of all or of those that suit a filter.
   *
   * @example
   * zoo.list({ family: 'digits' }); // ['mnist_cnn', 'mnist_dense']
   */
  list(filter: ArchitectureFilter = {}): ArchitectureName[] {
    const { family, maxParameters = Infinity, weightNames } = expectOptions(listAccepts, filter);
    if (weightNames !== undefined) expectOneOf('zoo.list', 'weightNames', weightNames, weightNamers);
    const names = Object.keys(architectures) as ArchitectureName[];
    return names.filter((name) => {
      const row: Architecture = architectures[name];
      const suits = family === undefined || row.family.toLowerCase() === family.toLowerCase();
      return suits && row.parameters <= maxParameters && (weightNames ?? row.weightNames) === row.weightNames;
    });
  },

  /**
   * What is known of an architecture: family, paper, size, parameters, preprocessing.
   *
   * @throws StriateError when there is no architecture of that name.
   */
  describe(name: string): Architecture {
    if (Object.hasOwn(architectures, name)) return architectures[name as ArchitectureName];
    const known = Object.keys(architectures);
    const near = known.filter((candidate) => candidate.startsWith(name.slice(0, 4).toLowerCase()));
    throw new StriateError({
      where: 'zoo',
      rule: `there is no model '${name}'`,
      advice: `use one of ${(near.length ? near : known).join(', ')}`,
    });
  },

  create,
});

/** Lets architectures asked for as functions, torchvision's `resnet50()` and Keras's `ResNet50()`, say how they are made here. */
function sayingCreate<T extends object>(made: T): T {
  const functions = {};
  const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');
  const known = Object.keys(architectures);
  for (const name of [...known, ...kerasNames.split(' ')]) {
    const own =
      known.find((one) => plain(one) === plain(name)) ?? known.find((one) => plain(one).startsWith(plain(name)));
    if (own !== undefined) refuseForeignNames(functions, 'zoo', { [name]: `write zoo.create('${own}')` });
  }
  return Object.setPrototypeOf(made, functions) as T;
}

/**
 * A new model of an architecture, not yet compiled; with `weights`, a promise of one that is trained.
 *
 * @throws StriateError when there is no architecture of that name, it does not fit the input's size, or the weights cannot
 * be had or are another's.
 *
 * @example
 * zoo.create('mnist_cnn', { classes: 26 });
 * await zoo.create('resnet18', { weights: 'imagenet' });
 * await zoo.create('resnet18', { weights: 'imagenet', includeTop: false, pooling: 'avg' }); // features
 * await zoo.create('resnet18', { weights: 'mine.pth', classes: 5 }); // the last layer starts afresh
 */
function create(name: string, options: PretrainedOptions): Promise<Model>;
function create(name: string, options?: ArchitectureOptions & { readonly weights?: null | undefined }): Model;
function create(
  name: string,
  options: PretrainedOptions | (ArchitectureOptions & { readonly weights?: null | undefined }) = {},
): Model | Promise<Model> {
  const row = zoo.describe(name);
  expectOptions(createAccepts, options);
  const { weights, ...rest } = options;
  if (weights === undefined || weights === null) return row.create(name, rest);
  return createPretrained(name, row, { ...rest, weights });
}
