// The operators that losses, metrics and optimizers alone are made of, a line for each file: fetched with them.
export { adam } from './adam.js';
export { argMax } from './argMax.js';
export { assign } from './assign.js';
export { equal } from './equal.js';
export { oneHot } from './oneHot.js';
export { rmsprop, rmspropMomentum } from './rmsprop.js';
export { sgd, sgdMomentum } from './sgd.js';
export { sigmoidCrossentropy, sigmoidCrossentropyGradient } from './sigmoidCrossentropy.js';
export { stopGradient } from './stopGradient.js';
export { softmaxCrossentropy, softmaxCrossentropyGradient } from './softmaxCrossentropy.js';
export { sparseSoftmaxCrossentropy, sparseSoftmaxCrossentropyGradient } from './sparseSoftmaxCrossentropy.js';
