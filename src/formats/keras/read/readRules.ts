import { layerClasses, NoRule, type LayerClassName } from '../../../layers/index.js';
import type { KerasLayer } from './kerasGraph.js';
import { readRuleOf } from '../rows/kerasRow.js';
import { kerasRowOf } from '../rows/kerasRows.js';
import { isOperation, operationReads } from './operationReads.js';
import { otherReads } from './otherReads.js';
import type { ReadRule } from './readRule.js';

/** Older and other names of classes. */
const aliases: Readonly<Record<string, string>> = {
  Convolution1D: 'Conv1D',
  Convolution1DTranspose: 'Conv1DTranspose',
  SeparableConvolution1D: 'SeparableConv1D',
  MaxPool1D: 'MaxPooling1D',
  AvgPool1D: 'AveragePooling1D',
  GlobalAvgPool1D: 'GlobalAveragePooling1D',
  GlobalMaxPool1D: 'GlobalMaxPooling1D',
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

/** Ours and Keras's own names of classes that are read, each with its rule. */
function ownRule(className: string): ReadRule | undefined {
  if (!Object.hasOwn(layerClasses, className)) return undefined;
  const row = kerasRowOf(className as LayerClassName);
  return row instanceof NoRule || row.read instanceof NoRule ? undefined : readRuleOf(className as LayerClassName, row);
}

/** How a layer is read; undefined where Striate has nothing like it. */
export function readRule(layer: KerasLayer): ReadRule | undefined {
  const { className } = layer;
  // Keras 3's operators have the names of layers: Add, Subtract.
  if (isOperation(layer)) return operationReads;
  // Names of packages come before the class in files of custom objects: `keras>ReLU`, `Custom>ReLU`.
  const known = className.replace(/^.*>/, '');
  const name = Object.hasOwn(aliases, known) ? aliases[known] : known;
  return ownRule(name) ?? (Object.hasOwn(otherReads, name) ? otherReads[name] : undefined);
}
