/**
 * Striate: train, look inside and ship ConvNets in TypeScript.
 *
 * @packageDocumentation
 */
export { gradients } from './autodiff/index.js';
export * from './classify/index.js';
export * from './data/index.js';
export * from './engine/index.js';
export * from './explain/index.js';
export * from './formats/index.js';
export * from './graph/index.js';
export * from './layers/index.js';
export * from './fit/index.js';
export * from './models/index.js';
export * from './pictures/index.js';
export * from './retrieval/index.js';
export { operators, type OperatorName } from './ops/index.js';
export * from './tensor/index.js';
export * from './topology/index.js';
export * from './training/index.js';
export * from './weights/index.js';
export * from './zoo/index.js';
