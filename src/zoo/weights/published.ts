import type { Preprocessing } from '../../pictures/index.js';
import type { ArchitectureName } from '../architectures.js';

/** The names by which published weights are asked for: torchvision's IMAGENET1K_V1, and its later ones by a better recipe. */
export const hubNames = ['imagenet', 'imagenet-v2'] as const;

/** One of the names of published weights. */
export type HubName = (typeof hubNames)[number];

/** Whether a source of weights is the name of published ones. */
export function isHubName(weights: unknown): weights is HubName {
  return (hubNames as readonly unknown[]).includes(weights);
}

/** A published file of weights. */
export interface PublishedWeights {
  readonly file: string;
  /** The first digits of its SHA-256 checksum, which are in its name. */
  readonly sha256: string;
  /** Its size as torchvision states it, in 2²⁰ bytes. */
  readonly mebibytes: number;
  /** What the same file was called before, with digits that were not its checksum's. */
  readonly formerly?: string;
  /** How its pictures are prepared, as far as the architecture's row says something else. */
  readonly preprocessing?: Partial<Preprocessing>;
}

/** What a published file may be called: as it is now, and as it was before. */
export function namesOf({ file, formerly }: PublishedWeights): string[] {
  return formerly === undefined ? [file] : [file, formerly];
}

/** Where torchvision's files are. */
export const publisher = 'https://download.pytorch.org/models';

/** A file by its name without `.pth`, which ends in its digits. */
export function publishedFile(
  name: string,
  mebibytes: number,
  preprocessing?: Partial<Preprocessing>,
): PublishedWeights {
  const sha256 = name.slice(name.lastIndexOf('-') + 1);
  return { file: `${name}.pth`, sha256, mebibytes, preprocessing };
}

/** Trained by torchvision's later recipe, and tested on pictures of which a little less is cut off. */
function newRecipe(name: string, mebibytes: number): PublishedWeights {
  return publishedFile(name, mebibytes, { resize: 232 });
}

/** torchvision up to 0.16.0 has these under names with other digits, which no download matched. */
function renamed(name: string, sha256: string, digits: string, mebibytes: number): PublishedWeights {
  return { ...publishedFile(`${name}-${sha256}`, mebibytes), formerly: `${name}-${digits}.pth` };
}

/** The files of an architecture by the names of its weights; every one that has any has those called 'imagenet'. */
type PublishedFiles = Readonly<Record<'imagenet', PublishedWeights> & Partial<Record<HubName, PublishedWeights>>>;

/** The architectures of which ImageNet weights can be had by name, with their files: torchvision's. */
export const publishedWeights = {
  alexnet: { imagenet: publishedFile('alexnet-owt-7be5be79', 233.087) },
  vgg11: { imagenet: publishedFile('vgg11-8a719046', 506.84) },
  vgg11_bn: { imagenet: publishedFile('vgg11_bn-6002323d', 506.881) },
  vgg13: { imagenet: publishedFile('vgg13-19584684', 507.545) },
  vgg13_bn: { imagenet: publishedFile('vgg13_bn-abd245e5', 507.59) },
  vgg16: { imagenet: publishedFile('vgg16-397923af', 527.796) },
  vgg16_bn: { imagenet: publishedFile('vgg16_bn-6c64b313', 527.866) },
  vgg19: { imagenet: publishedFile('vgg19-dcbb9e9d', 548.051) },
  vgg19_bn: { imagenet: publishedFile('vgg19_bn-c79401a0', 548.143) },
  googlenet: { imagenet: publishedFile('googlenet-1378be20', 49.731) },
  inception_v3: { imagenet: publishedFile('inception_v3_google-0cc3c7bd', 103.903) },
  resnet18: { imagenet: publishedFile('resnet18-f37072fd', 44.661) },
  resnet34: { imagenet: publishedFile('resnet34-b627a593', 83.275) },
  resnet50: {
    imagenet: publishedFile('resnet50-0676ba61', 97.781),
    'imagenet-v2': newRecipe('resnet50-11ad3fa6', 97.79),
  },
  resnet101: {
    imagenet: publishedFile('resnet101-63fe2227', 170.511),
    'imagenet-v2': newRecipe('resnet101-cd907fc2', 170.53),
  },
  resnet152: {
    imagenet: publishedFile('resnet152-394f9c45', 230.434),
    'imagenet-v2': newRecipe('resnet152-f82ba261', 230.474),
  },
  squeezenet1_0: { imagenet: publishedFile('squeezenet1_0-b66bff10', 4.778) },
  squeezenet1_1: { imagenet: publishedFile('squeezenet1_1-b8a52dc0', 4.729) },
  wide_resnet50_2: {
    imagenet: publishedFile('wide_resnet50_2-95faca4d', 131.82),
    'imagenet-v2': newRecipe('wide_resnet50_2-9ba9bcbe', 263.124),
  },
  densenet121: { imagenet: publishedFile('densenet121-a639ec97', 30.845) },
  densenet161: { imagenet: publishedFile('densenet161-8d451a50', 110.369) },
  densenet169: { imagenet: publishedFile('densenet169-b2777c0a', 54.708) },
  densenet201: { imagenet: publishedFile('densenet201-c1103571', 77.373) },
  resnext50_32x4d: {
    imagenet: publishedFile('resnext50_32x4d-7cdf4587', 95.789),
    'imagenet-v2': newRecipe('resnext50_32x4d-1a0047aa', 95.833),
  },
  resnext101_32x8d: {
    imagenet: publishedFile('resnext101_32x8d-8ba56ff5', 339.586),
    'imagenet-v2': newRecipe('resnext101_32x8d-110c445d', 339.673),
  },
  mobilenet_v2: {
    imagenet: publishedFile('mobilenet_v2-b0353104', 13.555),
    'imagenet-v2': newRecipe('mobilenet_v2-7ebf99e0', 13.598),
  },
  mobilenet_v3_small: { imagenet: publishedFile('mobilenet_v3_small-047dcff4', 9.829) },
  mobilenet_v3_large: {
    imagenet: publishedFile('mobilenet_v3_large-8738ca79', 21.114),
    'imagenet-v2': newRecipe('mobilenet_v3_large-5c1a4163', 21.107),
  },
  efficientnet_b0: { imagenet: renamed('efficientnet_b0_rwightman', '7f5810bc', '3dd342df', 20.451) },
  efficientnet_b1: {
    imagenet: renamed('efficientnet_b1_rwightman', 'bac287d4', '533bc792', 30.134),
    'imagenet-v2': publishedFile('efficientnet_b1-c27df63c', 30.136, { resize: 255, interpolation: 'bilinear' }),
  },
  efficientnet_b2: { imagenet: renamed('efficientnet_b2_rwightman', 'c35c1473', 'bcdf34b7', 35.174) },
  efficientnet_b3: { imagenet: renamed('efficientnet_b3_rwightman', 'b3899882', 'cf984f9c', 47.184) },
  efficientnet_b4: { imagenet: renamed('efficientnet_b4_rwightman', '23ab8bcd', '7eb33cd5', 74.489) },
  efficientnet_b5: { imagenet: renamed('efficientnet_b5_lukemelas', '1a07897c', 'b6417697', 116.864) },
  efficientnet_b6: { imagenet: renamed('efficientnet_b6_lukemelas', '24a108a5', 'c76e70fd', 165.362) },
  efficientnet_b7: { imagenet: renamed('efficientnet_b7_lukemelas', 'c5b4e57e', 'dcc49843', 254.675) },
} as const satisfies Readonly<Partial<Record<ArchitectureName, PublishedFiles>>>;

/** What to do for weights of an architecture that has none by name; one that is in neither table does not compile. */
export type OtherWeights = Readonly<Record<Exclude<ArchitectureName, keyof typeof publishedWeights>, string>>;

const train = "train it, or load a file of your own with weights: 'FILE'";

const akamaster =
  "it is for CIFAR-10: load a .th file of https://github.com/akamaster/pytorch_resnet_cifar10, with weights: 'FILE'";

const timm = (model: string): string =>
  `load a file: https://huggingface.co/timm/${model} has model.safetensors to download, for weights: 'FILE'`;

/** Where else weights can be found, or what to do without. */
export const otherWeights: OtherWeights = {
  mnist_cnn: train,
  mnist_dense: train,
  cats_dogs_cnn: train,
  lenet5: train,
  alexnet_single: train,
  alexnet_two_stream: train,
  googlenet_2014: train,
  cifar_resnet20: akamaster,
  cifar_resnet32: akamaster,
  cifar_resnet44: akamaster,
  cifar_resnet56: akamaster,
  cifar_resnet110: akamaster,
  inception_resnet_v2: timm('inception_resnet_v2.tf_in1k'),
  xception: timm('legacy_xception.tf_in1k'),
  mobilenet_v1: timm('mobilenetv1_100.ra4_e3600_r224_in1k'),
  seresnet50: timm('seresnet50.a1_in1k'),
  seresnext50_32x4d: timm('seresnext50_32x4d.racm_in1k'),
};

/** An architecture's files; undefined where no weights of it can be had by name. */
export function filesOf(name: string): PublishedFiles | undefined {
  return (publishedWeights as Readonly<Record<string, PublishedFiles | undefined>>)[name];
}
