/** What ends the names of model files. */
const extension = /\.(safetensors|onnx|h5|hdf5|keras|json|pth|pt|th)$/i;

/**
 * What tables, pages and folders call a model: the zoo's name, or its file's without the extension; TensorFlow.js's
 * `model.json` by the folder that it lies in.
 */
export function modelName(argument: string): string {
  const parts = argument.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  const [folder, file] = [parts.at(-2), parts.at(-1) ?? argument];
  const isNameless = /^model\.json$/i.test(file) && folder !== undefined && folder !== '..';
  return isNameless ? folder : file.replace(extension, '');
}
