import { files } from '#platform';
import { engineChoiceIn, type EngineChoice } from '../fit/weightStore.js';
import { modelFromBytes, type LoadOptions, type Model } from '../models/index.js';
import { loadOptions } from '../models/load.js';
import { expectOptions } from '../tensor/acceptedOptions.js';
import { fileFormatOf } from '../tensor/fileFormat.js';

/**
 * Reads a model that `save` wrote, or that Keras or TensorFlow.js did, whatever its file is called: its layers, weights and compile
 * options, the names of its classes and how its pictures are prepared where the file says so; of a safetensors file that was
 * saved with them, the optimizer's variables and the state of training, too. Of Keras's and TensorFlow.js's files,
 * `metadata['keras.ignored']` names what was left out, as `importKeras` does, which takes further options.
 *
 * @param path `.safetensors`, `.keras`, `.h5`, or TensorFlow.js's `model.json` with the files of its weights beside it
 * @throws StriateError when the file is damaged, is not a model, or names a layer class that is not known; for other formats, it
 * says what opens them.
 *
 * @example
 * const digits = await loadModel('digits.safetensors');
 * const flowers = await loadModel('flowers.keras');
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<Model> {
  expectOptions(loadOptions, options);
  const bytes = await files.read(path);
  const read = otherReaders[fileFormatOf(bytes) ?? ''];
  if (!read) return modelFromBytes(bytes, options, path);
  const { engine, threads, assets, ...own } = options;
  const model = await read(path, bytes, own);
  const choice = engineChoiceIn({ engine, threads, assets });
  if (choice) model.useEngine(choice);
  return model;
}

type OwnOptions = Omit<LoadOptions, keyof EngineChoice>;
type Reader = (path: string, bytes: Uint8Array, options: OwnOptions) => Promise<Model>;

const readKeras: Reader = async (path, bytes, options) => {
  const { importKeras } = await import('./otherModels.js');
  return importKeras(bytes, { ...options, name: path });
};

/** Readers of other programs' models, by what a file's content is; fetched when there is such a file. */
const otherReaders: Readonly<Partial<Record<string, Reader>>> = {
  keras: readKeras,
  hdf5: readKeras,
  tfjs: async (path) => (await import('./otherModels.js')).importTfjs(path),
};
