import { files } from '#platform';
import { ownPartKinds, type OwnParts } from '../../../fit/compileConfig.js';
import { expectFiniteWeights } from '../../../fit/weights.js';
import type { CustomClasses } from '../../../layers/index.js';
import type { Model } from '../../../models/index.js';
import { expectOneOf } from '../../../tensor/check.js';
import { expectOptions, type AcceptedOptions } from '../../../tensor/acceptedOptions.js';
import { fileFormatOf, otherFormat } from '../../../tensor/fileFormat.js';
import { StriateError } from '../../../tensor/index.js';
import { KerasBuilder, type BuildOptions } from './buildKeras.js';
import { looksLikeHdf5, readHdf5 } from '../hdf5/hdf5File.js';
import type { Hdf5Group } from '../hdf5/hdf5Tree.js';
import { isJson, parseJson, type Json } from '../json.js';
import { kerasGraph, type KerasGraph } from './kerasGraph.js';
import { attachGroups, attachVariables, fillWeights } from '../attachWeights.js';
import { compileAsSaved } from '../training/compileAsSaved.js';
import { useOwnContent } from './ownContent.js';
import type { ReadContext } from './layerOptions.js';
import { weightGroups } from '../weightLeaves.js';
import { looksLikeZip, unzip } from '../../../platform/zip.js';

/** The model's metadata that names settings of Keras's which are not followed. */
export const kerasIgnored = 'keras.ignored';

/** Options of `importKeras`. */
export interface ImportKerasOptions extends BuildOptions, OwnParts {
  /** What messages call the bytes; a path's own name by default. */
  readonly name?: string;
  /**
   * Implementations of classes and functions of your own that the file names, by their names in Keras with package or without:
   * layer classes, which are handed Keras's settings in camelCase, and their weights in Keras's order.
   */
  readonly customLayers?: CustomClasses;
}

const accepts = {
  where: 'importKeras',
  kinds: {
    ...ownPartKinds,
    name: 'string',
    customLayers: 'object',
    inputShape: 'list',
    seed: 'number',
    layout: 'string',
  },
} as const satisfies AcceptedOptions<ImportKerasOptions>;

/**
 * Reads a model that Keras saved: `.h5` (Keras 2 and tf.keras, `model.save`) or `.keras` (Keras 3); or its architecture alone, as
 * `model.to_json()` gives it, with weights at their starting values. Models in it become part
 * of one, which is compiled as the file says where Striate has its optimizer and loss. `metadata['keras.ignored']` lists
 * settings that matter in Keras's own training alone and were left out.
 *
 * @param source a path, or the file's bytes
 * @throws StriateError when the file is damaged, holds weights alone, or has a layer that Striate does not have.
 *
 * @example
 * const model = await importKeras('flowers.keras');
 * const scores = await model.predict(x);
 */
export async function importKeras(source: string | Uint8Array, options: ImportKerasOptions = {}): Promise<Model> {
  const { name, layout } = expectOptions(accepts, options);
  if (layout !== undefined) expectOneOf(accepts.where, 'layout', layout, ['NHWC']);
  const file = name ?? (typeof source === 'string' ? source : 'importKeras');
  const bytes = typeof source === 'string' ? await files.read(source) : source;
  if (looksLikeHdf5(bytes)) return importHdf5(await readHdf5(bytes, file), file, options);
  const other = otherFormat(bytes, file, ['keras', 'architecture']);
  if (other) throw other;
  if (looksLikeZip(bytes)) return importArchive(bytes, file, options);
  if (fileFormatOf(bytes) === 'architecture') return importArchitecture(bytes, file, options);
  throw new StriateError({
    where: file,
    rule: 'is no Keras model: it begins neither like HDF5 (.h5) nor like a zip archive (.keras)',
  });
}

/** Builds a model of a configuration whose layers have their weights. */
export async function buildModel(
  graph: KerasGraph,
  context: ReadContext,
  options: BuildOptions,
  training: unknown,
  hasWeights = true,
): Promise<Model> {
  const builder = new KerasBuilder(context, options);
  const model = attempt(context.file, () => builder.build(graph));
  noteFloats(graph, context);
  if (hasWeights) {
    await fillWeights(model, builder.built, context);
    await expectFiniteWeights(context.file, model);
  }
  compileAsSaved(model, training, context.notes);
  if (context.notes.length) model.metadata[kerasIgnored] = context.notes.join('; ');
  return model;
}

/** Notes in which floats Keras computes, where these are not float32: all numbers are float32 here. */
function noteFloats(graph: KerasGraph, { notes }: ReadContext): void {
  const found = new Set<string>();
  const visit = ({ layers }: KerasGraph): void => {
    for (const { config, nested } of layers) {
      if (nested) visit(nested);
      const text = JSON.stringify(config.dtype ?? null);
      const [name] = /\b(?:mixed_)?b?float(?:16|64)\b/.exec(text) ?? [];
      if (name) found.add(name);
    }
  };
  visit(graph);
  for (const name of found) notes.push(`dtype ${name} (float32 here)`);
}

/** Errors of layers, which do not know the file, with its name; anything unforeseen in a damaged file as such an error, too. */
function attempt<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const where = `${file}: the model cannot be built`;
    if (error instanceof StriateError) throw error.where.startsWith(file) ? error : error.within(where);
    const rule = error instanceof Error ? error.message : String(error);
    throw new StriateError({ where, rule, advice: 'use another copy of the file' }, { cause: error });
  }
}

/** 3 where a version's text says so, else 2. */
export function versionOf(text: unknown): 2 | 3 {
  return typeof text === 'string' && Number.parseInt(text, 10) >= 3 ? 3 : 2;
}

/** A model's configuration alone, as `model.to_json()` gives it: its weights have their starting values. */
async function importArchitecture(bytes: Uint8Array, file: string, options: ImportKerasOptions): Promise<Model> {
  const saved = parseJson(new TextDecoder().decode(bytes), "the model's configuration", file);
  const about: Json = isJson(saved) ? saved : {};
  const version = 'module' in about ? 3 : versionOf(about.keras_version);
  const context: ReadContext = { file, version, customLayers: options.customLayers, notes: [] };
  return buildModel(kerasGraph(saved, file), context, options, about.compile_config, false);
}

async function importHdf5(root: Hdf5Group, file: string, options: ImportKerasOptions): Promise<Model> {
  const json = root.attributes.get('model_config');
  if (typeof json !== 'string') {
    const weightsOnly =
      root.attributes.has('layer_names') || root.attributes.has('layer_names0') || root.groups.has('layers');
    throw new StriateError({
      where: file,
      ...(weightsOnly
        ? {
            rule: 'holds weights but no model',
            advice: 'build the model and read them with loadKerasWeights(model, file)',
          }
        : { rule: 'is no Keras model: the HDF5 file has no model_config' }),
    });
  }
  const version = versionOf(root.attributes.get('keras_version'));
  const context: ReadContext = { file, version, customLayers: options.customLayers, notes: [] };
  const graph = kerasGraph(parseJson(json, "the model's configuration", file), file);
  attachGroups(graph, weightGroups(root, file) ?? [], context);
  const read = (name: string, what: string): unknown => {
    const text = root.attributes.get(name);
    return typeof text === 'string' ? parseJson(text, what, file) : undefined;
  };
  const own = {
    preprocessing: read('preprocessing', 'its preprocessing'),
    classNames: read('classNames', 'the list of class names'),
    compile: read('compile', 'what compile was given'),
    user: read('user', 'the metadata'),
  };
  const training = own.compile === undefined ? read('training_config', 'what compile was given') : undefined;
  return useOwnContent(await buildModel(graph, context, options, training), own, file, options);
}

async function importArchive(bytes: Uint8Array, file: string, options: ImportKerasOptions): Promise<Model> {
  const entries = await unzip(bytes, file, (name) =>
    /^(config\.json|metadata\.json|model\.weights\.(h5|json))$/.test(name),
  );
  const [config, weights] = [entries.get('config.json'), entries.get('model.weights.h5')];
  if (!config) throw new StriateError({ where: file, rule: 'is no Keras model: the archive has no config.json' });
  if (!weights) {
    throw new StriateError({
      where: file,
      ...(entries.has('model.weights.json')
        ? { rule: 'its weights are cut into several files', advice: 'save it in Keras without sharding' }
        : { rule: 'holds no weights (model.weights.h5)', advice: 'use another copy of the file' }),
    });
  }
  const text = (entry: Uint8Array): string => new TextDecoder().decode(entry);
  const saved = parseJson(text(config), 'config.json', file);
  const metadata = entries.get('metadata.json');
  const stated = metadata && parseJson(text(metadata), 'metadata.json', file);
  // tf.keras wrote this format, too, from 2.12 on.
  const about = isJson(stated) ? stated : undefined;
  const version = about ? versionOf(about.keras_version) : 3;
  const context: ReadContext = { file, version, customLayers: options.customLayers, notes: [] };
  const graph = kerasGraph(saved, file);
  attachVariables(graph, await readHdf5(weights, `${file}: model.weights.h5`), context);
  const training = about?.compile === undefined ? (saved as Json).compile_config : undefined;
  return useOwnContent(await buildModel(graph, context, options, training), about ?? {}, file, options);
}
