export * from './error.js';
export * from './random.js';
export { refuseForeignNames, refusePythonNames, withForeignNames } from './foreignNames.js';
export { withRenamed } from './renamed.js';
export * from './shape.js';
export * from './tensor.js';
