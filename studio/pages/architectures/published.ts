/** Where an accuracy was measured, and by whom. */
export interface PublishedAccuracy {
  /** Percent of the pictures whose first guess is right. */
  readonly top1: number;
  readonly on: 'ImageNet' | 'CIFAR-10';
  readonly source: string;
}

/**
 * The first weights that torchvision published for each (`IMAGENET1K_V1`), one crop of a picture: recipes are alike, so that
 * networks are compared, not trainings. As in the weights' own `meta`, and at
 * https://docs.pytorch.org/vision/stable/models.html#table-of-all-available-classification-weights.
 */
const torchvision = {
  alexnet: 56.522,
  vgg11: 69.02,
  vgg11_bn: 70.37,
  vgg13: 69.928,
  vgg13_bn: 71.586,
  vgg16: 71.592,
  vgg16_bn: 73.36,
  vgg19: 72.376,
  vgg19_bn: 74.218,
  googlenet: 69.778,
  inception_v3: 77.294,
  resnet18: 69.758,
  resnet34: 73.314,
  resnet50: 76.13,
  resnet101: 77.374,
  resnet152: 78.312,
  squeezenet1_0: 58.092,
  squeezenet1_1: 58.178,
  wide_resnet50_2: 78.468,
  densenet121: 74.434,
  densenet161: 77.138,
  densenet169: 75.6,
  densenet201: 76.896,
  resnext50_32x4d: 77.618,
  resnext101_32x8d: 79.312,
  mobilenet_v2: 71.878,
  mobilenet_v3_small: 67.668,
  mobilenet_v3_large: 74.042,
  efficientnet_b0: 77.692,
  efficientnet_b1: 78.642,
  efficientnet_b2: 80.608,
  efficientnet_b3: 82.008,
  efficientnet_b4: 83.384,
  efficientnet_b5: 83.444,
  efficientnet_b6: 84.008,
  efficientnet_b7: 84.122,
};

/** What https://keras.io/api/applications lists. */
const keras = { inception_resnet_v2: 80.3, xception: 79, mobilenet_v1: 70.4 };

/**
 * One crop; 100 less the errors 22.37 and 20.97 of the table at https://github.com/hujie-frank/SENet, whose authors trained the
 * networks of their paper again, with a batch of the usual size.
 */
const squeezeAndExcitation = { seresnet50: 77.63, seresnext50_32x4d: 79.03 };

/** 100 less the errors of table 6 of He et al. 2016 (https://arxiv.org/abs/1512.03385): 8.75, 7.51, 7.17, 6.97, 6.43; of the
 * deepest, the best of five trainings. */
const cifar = {
  cifar_resnet20: 91.25,
  cifar_resnet32: 92.49,
  cifar_resnet44: 92.83,
  cifar_resnet56: 93.03,
  cifar_resnet110: 93.57,
};

const tables = [
  { accuracies: torchvision, on: 'ImageNet', source: 'torchvision, IMAGENET1K_V1' },
  { accuracies: keras, on: 'ImageNet', source: 'keras.io/api/applications' },
  { accuracies: squeezeAndExcitation, on: 'ImageNet', source: 'github.com/hujie-frank/SENet' },
  { accuracies: cifar, on: 'CIFAR-10', source: 'He et al. 2016' },
] as const;

/** The published accuracy of an architecture of the zoo; undefined where none is known that compares. */
export function publishedAccuracy(name: string): PublishedAccuracy | undefined {
  for (const { accuracies, on, source } of tables) {
    if (Object.hasOwn(accuracies, name)) return { top1: (accuracies as Record<string, number>)[name], on, source };
  }
  return undefined;
}
