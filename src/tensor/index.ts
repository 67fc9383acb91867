export * from './error.js';
export * from './random.js';
export * from './shape.js';
export * from './tensor.js';
export * from './safetensors.js';
