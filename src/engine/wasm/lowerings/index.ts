// A lowering for every operator, beside what the lowerings share; lowerGraph.ts checks that none is missing.
export * from './affineTransformLowerings.js';
export * from './batchNormalizationLowerings.js';
export * from './binaryLowerings.js';
export * from './conv2dLowerings.js';
export * from './elementwiseLowerings.js';
export * from './locallyConnected2dLowerings.js';
export * from './localResponseNormalizationLowerings.js';
export * from './matmulLowering.js';
export * from './movementLowerings.js';
export * from './optimizerLowerings.js';
export * from './poolingLowerings.js';
export * from './reductionLowerings.js';
export * from './resize2dLowerings.js';
export * from './rowLowerings.js';
export * from './upSampling2dLowerings.js';
