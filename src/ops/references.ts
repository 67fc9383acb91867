import type { Operator, Reference } from '../graph/index.js';
import { StriateError } from '../tensor/index.js';
import { affineTransformGradientReference, affineTransformReference } from './affineTransform.reference.js';
import {
  batchNormalizationInputGradientReference,
  batchNormalizationReference,
  batchNormalizationScaleGradientReference,
} from './batchNormalization.reference.js';
import { conv2dFilterGradientReference, conv2dInputGradientReference, conv2dReference } from './conv2d.reference.js';
import {
  localResponseNormalizationGradientReference,
  localResponseNormalizationReference,
} from './localResponseNormalization.reference.js';
import {
  locallyConnected2dFilterGradientReference,
  locallyConnected2dInputGradientReference,
  locallyConnected2dReference,
} from './locallyConnected2d.reference.js';
import { resize2dGradientReference, resize2dReference } from './resize2d.reference.js';
import { upSampling2dGradientReference, upSampling2dReference } from './upSampling2d.reference.js';
import { channelMeanReference, channelVarianceReference } from './channelStatistics.reference.js';
import { batchMatmulReference, matmulReference } from './matmul.reference.js';
import { concatReference, padReference, sliceReference, transposeReference } from './movement.reference.js';
import {
  averagePool2dGradientReference,
  averagePool2dReference,
  maxPool2dGradientReference,
  maxPool2dReference,
} from './pooling.reference.js';
import {
  dropoutReference,
  gaussianNoiseReference,
  randomUniformReference,
  stochasticDepthReference,
} from './random.reference.js';
import { softmaxGradientReference, softmaxReference } from './softmax.reference.js';
import * as operators from './operators.js';

/**
 * The reference implementations that have files of their own, beside their operators': what a page fetches no sooner than
 * something is computed with them.
 */
const longReferences = (): Readonly<Record<string, Reference<never>>> => ({
  [operators.affineTransform.name]: affineTransformReference,
  [operators.affineTransformGradient.name]: affineTransformGradientReference,
  [operators.averagePool2d.name]: averagePool2dReference,
  [operators.averagePool2dGradient.name]: averagePool2dGradientReference,
  [operators.batchMatmul.name]: batchMatmulReference,
  [operators.batchNormalization.name]: batchNormalizationReference,
  [operators.batchNormalizationInputGradient.name]: batchNormalizationInputGradientReference,
  [operators.batchNormalizationScaleGradient.name]: batchNormalizationScaleGradientReference,
  [operators.channelMean.name]: channelMeanReference,
  [operators.channelVariance.name]: channelVarianceReference,
  [operators.concat.name]: concatReference,
  [operators.conv2d.name]: conv2dReference,
  [operators.conv2dFilterGradient.name]: conv2dFilterGradientReference,
  [operators.conv2dInputGradient.name]: conv2dInputGradientReference,
  [operators.dropout.name]: dropoutReference,
  [operators.gaussianNoise.name]: gaussianNoiseReference,
  [operators.locallyConnected2d.name]: locallyConnected2dReference,
  [operators.locallyConnected2dFilterGradient.name]: locallyConnected2dFilterGradientReference,
  [operators.locallyConnected2dInputGradient.name]: locallyConnected2dInputGradientReference,
  [operators.localResponseNormalization.name]: localResponseNormalizationReference,
  [operators.localResponseNormalizationGradient.name]: localResponseNormalizationGradientReference,
  [operators.matmul.name]: matmulReference,
  [operators.maxPool2d.name]: maxPool2dReference,
  [operators.maxPool2dGradient.name]: maxPool2dGradientReference,
  [operators.pad.name]: padReference,
  [operators.randomUniform.name]: randomUniformReference,
  [operators.resize2d.name]: resize2dReference,
  [operators.resize2dGradient.name]: resize2dGradientReference,
  [operators.slice.name]: sliceReference,
  [operators.softmax.name]: softmaxReference,
  [operators.softmaxGradient.name]: softmaxGradientReference,
  [operators.stochasticDepth.name]: stochasticDepthReference,
  [operators.transpose.name]: transposeReference,
  [operators.upSampling2d.name]: upSampling2dReference,
  [operators.upSampling2dGradient.name]: upSampling2dGradientReference,
});

/**
 * The reference implementation of an operator, wherever it stands.
 *
 * @throws StriateError when the operator says that there is a file for it, and there is none.
 */
export function referenceOf<A>({ name, reference }: Operator<A>): Reference<A> {
  if (typeof reference === 'function') return reference;
  const long = longReferences();
  if (Object.hasOwn(long, name)) return long[name];
  throw new StriateError({
    where: `operator '${name}'`,
    rule: 'it must have a reference implementation',
    advice: 'write reference(inputs, attributes, output), which fills output.data',
  });
}
