export { exportOnnx, saveOnnx, type ExportOnnxOptions } from './exportOnnx.js';
export { importOnnx, type ImportOnnxOptions } from './importOnnx.js';
export type { PictureLayout } from './inputLayout.js';
