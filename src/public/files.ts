/** What reads and writes files, of Striate's own and of other programs. */
export {
  exportKeras,
  exportOnnx,
  exportTfjs,
  importKeras,
  importOnnx,
  importTfjs,
  loadKerasWeights,
  saveOnnx,
} from '../formats/index.js';
export { loadModel } from '../formats/loadModel.js';
export { decodeSafetensors, encodeSafetensors } from '../tensor/safetensors.js';
export { compareWeights, pytorchShapes } from '../weights/index.js';
