import { files } from '#platform';
import { BatchNormalization, NoRule, traitsOf, type Layer } from '../../../layers/index.js';
import { snakeCase } from '../../../topology/topology.js';
import type { LoadedWeights } from '../../../weights/index.js';
import type { Model } from '../../../models/index.js';
import { completePreprocessing } from '../../../pictures/index.js';
import { formatShape, sameShape, StriateError } from '../../../tensor/index.js';
import { applications, differenceFromKeras, type Application } from './kerasApplications.js';
import { looksLikeHdf5, readHdf5 } from '../hdf5/hdf5File.js';
import type { KerasWeight } from './kerasGraph.js';
import { kerasWeightName } from '../rows/kerasRow.js';
import { kerasRowFor } from '../rows/kerasRows.js';
import { variableGroups, weightFor, weightGroups } from '../kerasWeights.js';
import { looksLikeZip, unzip } from '../../../platform/zip.js';

/** Options of `loadKerasWeights`. */
export interface LoadKerasWeightsOptions {
  /** Whether every layer must find its weights and none may be left over; true by default. */
  readonly strict?: boolean;
  /** What messages call the bytes. */
  readonly name?: string;
}

/**
 * Reads weights that Keras saved into a model of your own: `.h5` (`save_weights` or `save` of Keras 2), `.weights.h5` and
 * `.keras` of Keras 3. Layers are found by name; in models of the zoo whose networks `keras.applications` has, too (VGG 16 and
 * 19, DenseNet 121, 169 and 201, Inception-ResNet v2), by those files' names; otherwise in order, as Keras does. Architectures
 * that only share a name with Keras's are refused with the reason.
 *
 * @throws StriateError when the file is damaged or does not fit; then no weight changes.
 *
 * @example
 * const model = zoo.create('vgg16');
 * await loadKerasWeights(model, 'vgg16_weights_tf_dim_ordering_tf_kernels.h5');
 */
export async function loadKerasWeights(
  model: Model,
  source: string | Uint8Array,
  options: LoadKerasWeightsOptions = {},
): Promise<LoadedWeights> {
  const file = options.name ?? (typeof source === 'string' ? source : 'loadKerasWeights');
  const bytes = typeof source === 'string' ? await files.read(source) : source;
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  const content = await contentOf(bytes, file);
  const names = [...content.layers.keys()];
  const { pairs, application } = content.counted
    ? { pairs: countedPairs(model.layers), application: undefined }
    : pairsOf(model, layers, names, file);
  const writes: { layer: Layer; weight: string; data: Float32Array }[] = [];
  const missing: string[] = [];
  const misshaped: LoadedWeights['misshaped'][number][] = [];
  for (const layer of layers) {
    const weights = content.layers.get(pairs.get(layer.name) ?? '');
    if (!weights) missing.push(layer.name);
    else writes.push(...fitted(layer, weights, application, misshaped, missing));
  }
  const used = new Set(layers.map(({ name }) => pairs.get(name)));
  const leftOver = names.filter((name) => !used.has(name));
  const strict = options.strict ?? true;
  const faults = [
    missing.length ? `no weights for ${listed(missing)}` : '',
    misshaped.length
      ? `another shape: ${listed(misshaped.map(({ name, expected, received }) => `${name} ${formatShape(received)}, which is ${formatShape(expected)} in the model`))}`
      : '',
    leftOver.length ? `left over: ${listed(leftOver)}` : '',
  ].filter(Boolean);
  if ((strict && faults.length) || writes.length === 0) {
    throw new StriateError({
      where: file,
      rule: `does not fit the model '${model.name}': ${faults.join('; ') || 'it holds no weights'}`,
      advice: 'create the model that it belongs to, or load what fits with { strict: false }',
    });
  }
  for (const { layer, weight, data } of writes) {
    await model.store.write(layer.weights.find(({ name }) => name === weight)!.variable, data);
  }
  if (application) {
    model.preprocessing = completePreprocessing(application.preprocessing, model.inputs[0].shape, file);
  }
  const loaded = writes.map(({ layer, weight }) => `${layer.name}/${weight}`);
  const told = { unexpected: leftOver, unreadable: [], notes: [] };
  return { format: 'striate', metadata: {}, loaded, missing, leftOver, misshaped, ...told };
}

interface Content {
  readonly layers: ReadonlyMap<string, readonly KerasWeight[]>;
  /** Whether layers are named by class and number, as Keras 3 does. */
  readonly counted: boolean;
}

async function contentOf(bytes: Uint8Array, file: string): Promise<Content> {
  const archived = looksLikeZip(bytes)
    ? (await unzip(bytes, file, (name) => name === 'model.weights.h5')).get('model.weights.h5')
    : bytes;
  if (!archived || !looksLikeHdf5(archived)) {
    throw new StriateError({
      where: file,
      rule: 'holds no weights of Keras: it is neither HDF5 (.h5) nor an archive with model.weights.h5',
    });
  }
  const root = await readHdf5(archived, file);
  const groups = weightGroups(root, file);
  const held = groups ?? variableGroups(root, file);
  if (!held) throw new StriateError({ where: file, rule: 'holds no weights of Keras: the HDF5 file lists no layers' });
  const layers = new Map(
    held.filter(({ weights }) => weights.length > 0).map(({ layer, weights }) => [layer, weights]),
  );
  return { layers, counted: !groups };
}

interface Pairs {
  /** The file's layer for each of the model's. */
  readonly pairs: ReadonlyMap<string, string>;
  readonly application?: Application;
}

function pairsOf(model: Model, layers: readonly Layer[], names: readonly string[], file: string): Pairs {
  const known = new Set(names);
  const own = layers.filter(({ name }) => known.has(name)).length;
  if (own === layers.length || own > layers.length / 2)
    return { pairs: new Map(layers.map(({ name }) => [name, name])) };
  if (Object.hasOwn(applications, model.name)) {
    const application = applications[model.name];
    return { pairs: application.fileLayers(model, names), application };
  }
  const difference = differenceFromKeras(model.name);
  if (difference) {
    throw new StriateError({
      where: file,
      rule: `weights of keras.applications would give other results in the zoo's '${model.name}': ${difference}`,
      advice: 'save the whole model in Keras (model.save) and read it with importKeras',
    });
  }
  return { pairs: new Map(layers.map(({ name }, i) => [name, names[i] ?? ''])) };
}

/** Keras 3's keys: class and number. */
function countedPairs(layers: readonly Layer[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    layers.map(({ name, className }) => {
      const base = snakeCase(className);
      const count = counts.get(base) ?? 0;
      counts.set(base, count + 1);
      return [name, count ? `${base}_${count}` : base];
    }),
  );
}

/** What goes into a layer's weights; normalizations without scale or offset in Keras get 1 and 0. */
function fitted(
  layer: Layer,
  weights: readonly KerasWeight[],
  application: Application | undefined,
  misshaped: LoadedWeights['misshaped'][number][],
  missing: string[],
): { layer: Layer; weight: string; data: Float32Array }[] {
  const row = kerasRowFor(layer);
  const table =
    row instanceof NoRule
      ? []
      : (traitsOf(layer).weightNames ?? [])
          .filter((own) => layer.weights.some(({ name }) => name === own))
          .map((own) => [kerasWeightName(row, own), own] as const);
  const complete = weights.length === table.length;
  return table.flatMap(([kind, weight], place) => {
    const { variable } = layer.weights.find(({ name }) => name === weight)!;
    const found = complete ? weightFor(weights, kind, place) : weights.find((candidate) => candidate.kind === kind);
    const usual = weight === 'gamma' ? 1 : weight === 'beta' ? 0 : undefined;
    if (!found) {
      if (layer instanceof BatchNormalization && usual !== undefined) {
        return [{ layer, weight, data: new Float32Array(variable.size).fill(usual) }];
      }
      missing.push(`${layer.name}/${weight}`);
      return [];
    }
    if (!sameShape(found.shape, variable.shape)) {
      misshaped.push({ name: `${layer.name}/${weight}`, expected: variable.shape, received: found.shape });
      return [];
    }
    const shift = layer instanceof BatchNormalization && application?.epsilon ? application.epsilon - layer.epsilon : 0;
    const data = weight === 'movingVariance' && shift ? found.data.map((value) => value + shift) : found.data;
    return [{ layer, weight, data }];
  });
}

/** The first few of many names. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
