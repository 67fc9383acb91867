export { mnistCnn } from './mnist_cnn.js';
export { mnistDense } from './mnist_dense.js';
export { architectures, zoo, type ArchitectureName, type ArchitectureOptions } from './registry.js';
