export * from './formats.js';
export { exportKeras, kerasBytes, type KerasFormat } from './keras/exportKeras.js';
export { importKeras, type ImportKerasOptions } from './keras/importKeras.js';
export { loadKerasWeights, type LoadKerasWeightsOptions } from './keras/loadKerasWeights.js';
export * from './onnx/index.js';
export { exportTfjs, tfjsFiles } from './tfjs/exportTfjs.js';
export { importTfjs, type ImportTfjsOptions, type TfjsFiles } from './tfjs/importTfjs.js';
