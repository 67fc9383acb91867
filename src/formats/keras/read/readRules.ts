import { readActivations } from './readActivations.js';
import { readConvolutions } from './readConvolutions.js';
import { readMerges } from './readMerges.js';
import type { ReadRule } from './readRule.js';
import { readShapings } from './readShapings.js';

/** Older and other names of classes. */
const aliases: Readonly<Record<string, string>> = {
  Convolution2D: 'Conv2D',
  Convolution2DTranspose: 'Conv2DTranspose',
  DepthwiseConvolution2D: 'DepthwiseConv2D',
  SeparableConvolution2D: 'SeparableConv2D',
  MaxPool2D: 'MaxPooling2D',
  AvgPool2D: 'AveragePooling2D',
  GlobalAvgPool2D: 'GlobalAveragePooling2D',
  GlobalMaxPool2D: 'GlobalMaxPooling2D',
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
  SyncBatchNormalization: 'BatchNormalization',
};

const rules: Readonly<Record<string, ReadRule>> = {
  ...readConvolutions,
  ...readActivations,
  ...readShapings,
  ...readMerges,
};

/** How layers of a class are read; undefined where Striate has nothing like them. */
export function readRule(className: string): ReadRule | undefined {
  // Names of packages come before the class in files of custom objects: `keras>ReLU`, `Custom>ReLU`.
  const known = className.replace(/^.*>/, '');
  const name = Object.hasOwn(aliases, known) ? aliases[known] : known;
  return Object.hasOwn(rules, name) ? rules[name] : undefined;
}

/** Every class that can be read. */
export function readableClasses(): readonly string[] {
  return Object.keys(rules);
}
