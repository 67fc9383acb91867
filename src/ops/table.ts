import { abs, absGradient } from './abs.js';
import { adam } from './adam.js';
import { add } from './add.js';
import { affine } from './affine.js';
import { argMax } from './argMax.js';
import { assign } from './assign.js';
import { averagePool2d, averagePool2dGradient } from './averagePool2d.js';
import {
  batchNormalization,
  batchNormalizationInputGradient,
  batchNormalizationScaleGradient,
} from './batchNormalization.js';
import { biasAdd, biasGradient } from './biasAdd.js';
import { channelMean } from './channelMean.js';
import { channelVariance } from './channelVariance.js';
import { clip, clipGradient } from './clip.js';
import { concat } from './concat.js';
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from './conv2d.js';
import { div } from './div.js';
import { dropout } from './dropout.js';
import { equal } from './equal.js';
import { exp } from './exp.js';
import { gaussianNoise } from './gaussianNoise.js';
import { hardSigmoid, hardSigmoidGradient } from './hardSigmoid.js';
import { hardSwish, hardSwishGradient } from './hardSwish.js';
import { leakyRelu, leakyReluGradient } from './leakyRelu.js';
import { localResponseNormalization, localResponseNormalizationGradient } from './localResponseNormalization.js';
import {
  locallyConnected2d,
  locallyConnected2dFilterGradient,
  locallyConnected2dInputGradient,
} from './locallyConnected2d.js';
import { log } from './log.js';
import { matmul } from './matmul.js';
import { maximum } from './maximum.js';
import { maxPool2d, maxPool2dGradient } from './maxPool2d.js';
import { minimum } from './minimum.js';
import { movingAverage } from './movingAverage.js';
import { mul } from './mul.js';
import { oneHot } from './oneHot.js';
import { reduceMax, reduceMaxGradient } from './reduceMax.js';
import { reduceMean } from './reduceMean.js';
import { broadcastTo, reduceSum } from './reduceSum.js';
import { relu, reluGradient } from './relu.js';
import { relu6, relu6Gradient } from './relu6.js';
import { reshape } from './reshape.js';
import { rmsprop } from './rmsprop.js';
import { rmspropMomentum } from './rmspropMomentum.js';
import { sgd } from './sgd.js';
import { sgdMomentum } from './sgdMomentum.js';
import { sigmoid, sigmoidGradient } from './sigmoid.js';
import { sigmoidCrossentropy, sigmoidCrossentropyGradient } from './sigmoidCrossentropy.js';
import { pad, slice } from './slice.js';
import { softmax, softmaxGradient } from './softmax.js';
import { softmaxCrossentropy, softmaxCrossentropyGradient } from './softmaxCrossentropy.js';
import { sparseSoftmaxCrossentropy, sparseSoftmaxCrossentropyGradient } from './sparseSoftmaxCrossentropy.js';
import { sqrt } from './sqrt.js';
import { square } from './square.js';
import { stochasticDepth } from './stochasticDepth.js';
import { sub } from './sub.js';
import { swish, swishGradient } from './swish.js';
import { tanh, tanhGradient } from './tanh.js';
import { transpose } from './transpose.js';
import { upSampling2d, upSampling2dGradient } from './upSampling2d.js';

/** Every operator there is. An engine that leaves one out does not compile. */
export const operators = {
  abs,
  absGradient,
  adam,
  add,
  affine,
  argMax,
  assign,
  averagePool2d,
  averagePool2dGradient,
  batchNormalization,
  batchNormalizationInputGradient,
  batchNormalizationScaleGradient,
  biasAdd,
  biasGradient,
  broadcastTo,
  channelMean,
  channelVariance,
  clip,
  clipGradient,
  concat,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  div,
  dropout,
  equal,
  exp,
  gaussianNoise,
  hardSigmoid,
  hardSigmoidGradient,
  hardSwish,
  hardSwishGradient,
  leakyRelu,
  leakyReluGradient,
  localResponseNormalization,
  localResponseNormalizationGradient,
  locallyConnected2d,
  locallyConnected2dFilterGradient,
  locallyConnected2dInputGradient,
  log,
  matmul,
  maximum,
  maxPool2d,
  maxPool2dGradient,
  minimum,
  movingAverage,
  mul,
  oneHot,
  pad,
  reduceMax,
  reduceMaxGradient,
  reduceMean,
  reduceSum,
  relu,
  relu6,
  relu6Gradient,
  reluGradient,
  reshape,
  rmsprop,
  rmspropMomentum,
  sgd,
  sgdMomentum,
  sigmoid,
  sigmoidCrossentropy,
  sigmoidCrossentropyGradient,
  sigmoidGradient,
  slice,
  softmax,
  softmaxCrossentropy,
  softmaxCrossentropyGradient,
  softmaxGradient,
  sparseSoftmaxCrossentropy,
  sparseSoftmaxCrossentropyGradient,
  sqrt,
  square,
  stochasticDepth,
  sub,
  swish,
  swishGradient,
  tanh,
  tanhGradient,
  transpose,
  upSampling2d,
  upSampling2dGradient,
} as const;

/** The name of an operator in the table. */
export type OperatorName = keyof typeof operators;
