export { formatOf, modelFormats, type FormatName, type ModelFormat, type ReadModelOptions } from './formats.js';
export { exportKeras, kerasBytes, type KerasFormat } from './keras/write/exportKeras.js';
export { importKeras, type ImportKerasOptions } from './keras/read/importKeras.js';
export { loadKerasWeights, type LoadKerasWeightsOptions } from './keras/read/loadKerasWeights.js';
export * from './onnx/index.js';
export { exportTfjs, tfjsFiles } from './tfjs/exportTfjs.js';
export { importTfjs, type ImportTfjsOptions, type TfjsFiles } from './tfjs/importTfjs.js';
export { decodeNpy, encodeNpy } from './npy.js';
