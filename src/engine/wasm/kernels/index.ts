// Every kernel of the engine. A kernel is (args, tile, worker): args points to its arguments, one 32-bit word each.
export * from './activationKernels';
export { affineTransform, affineTransformGradient } from './affineTransformKernels';
export * from './batchNormalizationKernels';
export * from './batchProducts';
export * from './binaryKernels';
export * from './channelPack';
export * from './channelProducts';
export {
  addTaps1, addTaps2, addTaps3, addTaps4, addTaps5, addTapsPair1, addTapsPair2, addTapsPair3, addTapsPair4, addTapsPair5,
} from './channelRuns';
export * from './channels';
export * from './conv';
export * from './convFilterGradient';
export * from './convPack';
export { addThree, convolveThree, packThree } from './convThree';
export { convolvePooled, multiplyWindow, pooledBiasGradient, unpoolGradient } from './convPool';
export * from './copies';
export * from './copy';
export * from './depthwiseKernels';
export * from './depthwiseGradients';
export * from './depthwiseSlideKernel';
export * from './dropoutKernels';
export { endGradient } from './endGradient';
export * from './localResponseNormalizationKernels';
export * from './locallyConnected';
export * from './optimizerKernels';
export * from './outerProducts';
export * from './peak';
export * from './poolingKernels';
export * from './poolingGradients';
export {
  addGroupTaps1, addGroupTaps2, addGroupTaps3, addGroupTapsPair1, addGroupTapsPair2, addGroupTapsPair3,
} from './groupRuns';
export * from './reduceKernels';
export * from './resizeKernels';
export * from './rowKernels';
export * from './sigmoidCrossentropyKernels';
export * from './slidingRows';
export * from './thinProducts';
export * from './unaryKernels';
export * from './upSamplingKernels';
export { winogradFilters } from './winogradFilters';
export { winogradForward, winogradInputs, winogradOutputs, winogradProducts } from './winogradForward';
export {
  winogradFilterGradient, winogradFilterGradientEnd, winogradGradientInputs, winogradInputGradient, winogradOuterProducts,
} from './winogradGradients';
export { tileProduct6 } from './winogradProducts';
