import { files } from '#files';
import type { CustomClasses } from '../layers/index.js';
import { decodeSafetensors, StriateError } from '../tensor/index.js';
import { model as functional } from './functional.js';
import type { Model } from './model.js';
import { parseJson, restoreCompiled, restoreParts, type CompileConfig, type ModelConfig } from './modelFile.js';
import { Sequential } from './sequential.js';
import type { EngineChoice } from './weightStore.js';

/** Options of `loadModel`. */
export interface LoadOptions extends EngineChoice {
  /** Layer classes of your own, by class name. */
  readonly customLayers?: CustomClasses;
}

/**
 * Reads a model that `save` wrote: its layers, weights, compile options and, where they were saved, the optimizer's
 * variables and the state of training.
 *
 * @throws StriateError when the file is damaged, is not a model, or names a layer class that is not known.
 *
 * @example
 * const digits = await loadModel('digits.safetensors');
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<Model> {
  return modelFromBytes(await files.read(path), options, path);
}

/** Makes a model of the bytes that `toBytes` gave; `file` is what messages call them. */
export async function modelFromBytes(bytes: Uint8Array, options: LoadOptions = {}, file = 'model'): Promise<Model> {
  const content = decodeSafetensors(bytes, file);
  const { model: json, compile, classNames, user } = content.metadata;
  if (json === undefined) {
    throw new StriateError(
      `${file}: holds weights but no model; build the model and read them with model.loadWeights, or save with model.save`,
    );
  }
  const config = parseJson(json, "the model's configuration", file) as ModelConfig;
  const { inputs, outputs, chain, marks } = restoreParts(config, options.customLayers ?? {}, file);
  const { name, seed } = config;
  const restored =
    config.className === 'Sequential'
      ? new Sequential({ layers: chain, name, seed }).build(inputs[0].shape)
      : functional({ inputs, outputs, name, seed, ...marks });
  const { engine, threads } = options;
  if (engine !== undefined || threads !== undefined) {
    restored.useEngine({ ...(engine && { engine }), ...(threads && { threads }) });
  }
  if (compile !== undefined)
    restored.useCompiled(restoreCompiled(parseJson(compile, 'what compile was given', file) as CompileConfig));
  if (classNames !== undefined)
    restored.classNames = parseJson(classNames, 'the list of class names', file) as string[];
  if (user !== undefined) restored.metadata = parseJson(user, 'the metadata', file) as Record<string, string>;
  await restored.useCheckpoint(content, file);
  return restored;
}
