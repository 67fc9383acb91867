import { files } from '#platform';
import type { CustomClasses } from '../layers/index.js';
import { takePreprocessing } from '../pictures/preprocessingMetadata.js';
import { decodeSafetensors, StriateError } from '../tensor/index.js';
import { model as functional } from './functional.js';
import type { Model } from './model.js';
import { parseJson, restoreCompiled, restoreParts, type CompileConfig, type ModelConfig } from './modelFile.js';
import { Sequential } from './sequential.js';
import type { EngineChoice } from '../fit/weightStore.js';

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
    throw new StriateError({
      where: file,
      rule: 'holds weights but no model',
      advice: 'build the model and read them with model.loadWeights, or save with model.save',
    });
  }
  const config = parseJson(json, "the model's configuration", file) as ModelConfig;
  const restored = named(file, () => modelOf(config, options, file));
  if (compile !== undefined) {
    const compiled = parseJson(compile, 'what compile was given', file) as CompileConfig;
    named(file, () => restored.useCompiled(restoreCompiled(compiled)));
  }
  if (classNames !== undefined)
    restored.classNames = textsIn(parseJson(classNames, 'the list of class names', file), file);
  if (user !== undefined) {
    const texts = metadataIn(parseJson(user, 'the metadata', file), file);
    Object.assign(restored, takePreprocessing(texts, restored.inputs[0].shape, file));
  }
  await restored.useCheckpoint(content, file);
  return restored;
}

function modelOf(config: ModelConfig, options: LoadOptions, file: string): Model {
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
  return restored;
}

/** Errors of layers, losses and optimizers, which do not know the file, with its name; what damage makes of them, too. */
function named<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof StriateError && error.message.startsWith(file)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const advice = error instanceof StriateError ? '' : '; the file is damaged, use another copy of it';
    throw new StriateError({ where: file, rule: `the model cannot be made: ${reason}${advice}` }, { cause: error });
  }
}

function textsIn(value: unknown, file: string): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new StriateError({
    where: file,
    rule: 'its class names are no list of texts',
    advice: 'use another copy of the file',
  });
}

function metadataIn(value: unknown, file: string): Record<string, string> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isRecord && Object.values(value).every((item) => typeof item === 'string'))
    return value as Record<string, string>;
  throw new StriateError({
    where: file,
    rule: 'its metadata are no texts by name',
    advice: 'use another copy of the file',
  });
}
