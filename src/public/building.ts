/** What models are built with. All of it is at once part of a page that has a model: nothing is fetched later. */
export { defineOperator, GraphBuilder, Variable } from '../graph/index.js';
export * from '../layers/classes.js';
export { initializers, input, Layer, layerFromConfig, layers, regularizers } from '../layers/index.js';
export { formatShape, Random, sameShape, sizeOf, StriateError, Tensor, tensor, zeros } from '../tensor/index.js';
