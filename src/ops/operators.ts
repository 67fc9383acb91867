// The operators that layers are made of, a line for each file; those that only training needs are in trainingOperators.ts.
export { abs, absGradient } from './abs.js';
export { add } from './add.js';
export { affine } from './affine.js';
export { affineTransform, affineTransformGradient } from './affineTransform.js';
export { averagePool2d, averagePool2dGradient } from './averagePool2d.js';
export { batchMatmul } from './batchMatmul.js';
export {
  batchNormalization,
  batchNormalizationInputGradient,
  batchNormalizationScaleGradient,
} from './batchNormalization.js';
export { biasAdd, biasGradient } from './biasAdd.js';
export { channelMean, channelVariance } from './channelStatistics.js';
export { clip, clipGradient } from './clip.js';
export { concat } from './concat.js';
export { conv2d, conv2dFilterGradient, conv2dInputGradient } from './conv2d.js';
export { div } from './div.js';
export { dropout } from './dropout.js';
export { exp } from './exp.js';
export { gaussianNoise } from './gaussianNoise.js';
export { hardSigmoid, hardSigmoidGradient } from './hardSigmoid.js';
export { hardSwish, hardSwishGradient } from './hardSwish.js';
export { leakyRelu, leakyReluGradient } from './leakyRelu.js';
export { localResponseNormalization, localResponseNormalizationGradient } from './localResponseNormalization.js';
export {
  locallyConnected2d,
  locallyConnected2dFilterGradient,
  locallyConnected2dInputGradient,
} from './locallyConnected2d.js';
export { log } from './log.js';
export { matmul } from './matmul.js';
export { maximum, minimum } from './maximum.js';
export { maxPool2d, maxPool2dGradient } from './maxPool2d.js';
export { mish, mishGradient } from './mish.js';
export { movingAverage } from './movingAverage.js';
export { mul } from './mul.js';
export { randomUniform } from './randomUniform.js';
export { reduceMax, reduceMaxGradient } from './reduceMax.js';
export { reduceMean } from './reduceMean.js';
export { broadcastTo, reduceSum } from './reduceSum.js';
export { relu, reluGradient } from './relu.js';
export { relu6, relu6Gradient } from './relu6.js';
export { reshape } from './reshape.js';
export { resize2d, resize2dGradient } from './resize2d.js';
export { sigmoid, sigmoidGradient } from './sigmoid.js';
export { sin } from './sin.js';
export { pad, slice } from './slice.js';
export { softmax, softmaxGradient } from './softmax.js';
export { sqrt } from './sqrt.js';
export { square } from './square.js';
export { stochasticDepth } from './stochasticDepth.js';
export { sub } from './sub.js';
export { swish, swishGradient } from './swish.js';
export { tanh, tanhGradient } from './tanh.js';
export { transpose } from './transpose.js';
export { upSampling2d, upSampling2dGradient } from './upSampling2d.js';
