import { input, layerFromConfig, type CustomClasses, type SymbolicTensor } from '../layers/index.js';
import {
  compiledFromConfig,
  missingParts,
  ownPartKinds,
  type CompileConfig,
  type OwnParts,
} from '../fit/compileConfig.js';
import { engineChoiceIn, engineChoiceKinds, type EngineChoice } from '../fit/weightStore.js';
import { takePreprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { isRecord } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { decodeSafetensors } from '../tensor/safetensors.js';
import { model as functional } from './functional.js';
import type { Model } from './model.js';
import type { ModelConfig } from './save.js';
import { Sequential } from './sequential.js';

/** Options of `loadModel`. */
export interface LoadOptions extends EngineChoice, OwnParts {
  /** Layer classes of your own, by class name. */
  readonly customLayers?: CustomClasses;
}

/** What `loadModel` takes. */
export const loadOptions = {
  where: 'loadModel',
  kinds: { ...engineChoiceKinds, ...ownPartKinds, customLayers: 'object' },
} as const satisfies AcceptedOptions<LoadOptions>;

/**
 * Makes a model of the bytes that `toBytes` gave: its layers, weights, compile options and, where they were saved, the optimizer's
 * variables and the state of training; `file` is what messages call them.
 *
 * @throws StriateError when they are damaged, are not a model, or name a layer class that is not known.
 */
export async function modelFromBytes(bytes: Uint8Array, options: LoadOptions = {}, file = 'model'): Promise<Model> {
  expectOptions({ ...loadOptions, where: 'modelFromBytes' }, options);
  const content = decodeSafetensors(bytes, file);
  const { model: json, compile, classNames, user } = content.metadata;
  if (json === undefined) {
    throw new StriateError({
      where: file,
      rule: 'holds weights but no model',
      advice: 'build the model and read them with model.loadWeights, or save with model.save',
    });
  }
  const { customLayers = {} } = options;
  const restored = made(file, () =>
    modelFromConfig(parsed(json, "the model's configuration") as ModelConfig, customLayers),
  );
  const choice = engineChoiceIn(options);
  if (choice) restored.useEngine(choice);
  if (classNames !== undefined) {
    restored.classNames = made(file, () => textsIn(parsed(classNames, 'the list of class names')));
  }
  if (user !== undefined) {
    const texts = made(file, () => metadataIn(parsed(user, 'the metadata')));
    Object.assign(restored, takePreprocessing(texts, restored.inputs[0].shape, file));
  }
  if (compile !== undefined) {
    made(file, () => {
      const config = parsed(compile, 'what compile was given') as CompileConfig;
      const missing = missingParts(config, options);
      if (missing) restored.leaveUncompiled(missing);
      else restored.useCompiled(compiledFromConfig(config, options));
    });
  }
  await restored.useCheckpoint(content, file);
  return restored;
}

/** Errors of layers, losses and optimizers, which do not know the file, with its name; what damage makes of them, too. */
function made<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof StriateError) throw error.within(file);
    const reason = error instanceof Error ? error.message : String(error);
    throw new StriateError(
      { where: file, rule: `the model cannot be made: ${reason}`, advice: 'use another copy of the file' },
      { cause: error },
    );
  }
}

/** Makes a model of its configuration, with starting weights. */
export function modelFromConfig(config: ModelConfig, custom: CustomClasses = {}): Model {
  const { className, name, seed, features, auxiliaries } = config;
  if (![config.inputs, config.layers, config.calls, config.outputs].every(Array.isArray)) {
    throw damaged("the model's configuration");
  }
  const layers = config.layers.map((layer) => layerFromConfig(layer, custom));
  const inputs = config.inputs.map((given) => input(given));
  const values: SymbolicTensor[] = [...inputs];
  const at = <T>(list: readonly T[], index: number): T => {
    if (!(index in list)) throw damaged("the model's configuration");
    return list[index];
  };
  const stack = config.calls.map(({ layer: index, inputs: from }) => {
    const layer = at(layers, index);
    values.push(layer.apply(...from.map((value) => at(values, value))));
    return layer;
  });
  if (className === 'Sequential') return new Sequential({ layers: stack, name, seed }).build(inputs[0].shape);
  return functional({
    inputs,
    outputs: config.outputs.map((value) => at(values, value)),
    name,
    seed,
    features: features === undefined ? undefined : at(values, features),
    auxiliaries: auxiliaries?.map(({ output, weight }) => ({ output: at(values, output), weight })),
  });
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(what);
  }
}

function damaged(what: string): StriateError {
  return new StriateError({ rule: `${what} is damaged`, advice: 'use another copy of the file' });
}

function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new StriateError({ rule: 'its class names are no list of texts', advice: 'use another copy of the file' });
}

function metadataIn(value: unknown): Record<string, string> {
  if (isRecord(value) && Object.values(value).every((item) => typeof item === 'string')) {
    return value as Record<string, string>;
  }
  throw new StriateError({ rule: 'its metadata are no texts by name', advice: 'use another copy of the file' });
}
