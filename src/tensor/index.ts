export * from './error.js';
export * from './random.js';
export { withRenamed } from './renamed.js';
export * from './shape.js';
export * from './tensor.js';
