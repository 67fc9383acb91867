export { fileFormatOf, formatError, otherFormat, type FileFormatName } from './fileFormat.js';
export * from './error.js';
export * from './random.js';
export { withRenamed } from './renamed.js';
export * from './shape.js';
export * from './tensor.js';
export * from './safetensors.js';
