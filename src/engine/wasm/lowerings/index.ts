// A lowering for every operator, beside what the lowerings share; lowerGraph.ts checks that none is missing.
export * from './batchNormalization.js';
export * from './binary.js';
export * from './conv2d.js';
export * from './elementwise.js';
export * from './locallyConnected2d.js';
export * from './localResponseNormalization.js';
export * from './matmul.js';
export * from './movement.js';
export * from './optimizers.js';
export * from './pooling.js';
export * from './reductions.js';
export * from './rows.js';
export * from './upSampling2d.js';
