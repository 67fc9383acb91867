export { exportOnnx, saveOnnx, type ExportOnnxOptions } from './export/exportOnnx.js';
export type { Decoding, OnnxSource } from './export/exportOutputs.js';
export { importOnnx } from './import/importOnnx.js';
export type { ImportOnnxOptions, PictureLayout } from './import/importOptions.js';
