import { files } from '#platform';
import { expectFiniteWeight } from '../../../fit/weights.js';
import { BatchNormalization, NoRule, traitsOf, type Layer } from '../../../layers/index.js';
import { snakeCase } from '../../../topology/topology.js';
import type { LoadedWeights } from '../../../weights/index.js';
import type { Model } from '../../../models/index.js';
import { completePreprocessing } from '../../../pictures/index.js';
import { expectOptions, type AcceptedOptions } from '../../../tensor/acceptedOptions.js';
import { otherFormat } from '../../../tensor/fileFormat.js';
import { formatShape, sameShape, StriateError } from '../../../tensor/index.js';
import { applications, differenceFromKeras, type Application } from './kerasApplications.js';
import { looksLikeHdf5, readHdf5 } from '../hdf5/hdf5File.js';
import type { KerasWeight } from './kerasGraph.js';
import { inKerasOrder } from './inKerasOrder.js';
import { kerasWeightName } from '../rows/kerasRow.js';
import { kerasRowFor } from '../rows/kerasRows.js';
import { weightFor } from '../attachWeights.js';
import { matchPaths } from '../matchPaths.js';
import { hasAdapters } from '../mergeAdapters.js';
import { weightLeaves, type WeightLeaf } from '../weightLeaves.js';
import { looksLikeZip, unzip } from '../../../platform/zip.js';

/** Options of `loadKerasWeights`. */
export interface LoadKerasWeightsOptions {
  /** Whether every layer must find its weights and none may be left over; true by default. */
  readonly strict?: boolean;
  /** What messages call the bytes. */
  readonly name?: string;
}

const accepts = {
  where: 'loadKerasWeights',
  kinds: { strict: 'boolean', name: 'string' },
} as const satisfies AcceptedOptions<LoadKerasWeightsOptions>;

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
  const { name, strict = true } = expectOptions(accepts, options);
  const file = name ?? (typeof source === 'string' ? source : 'loadKerasWeights');
  const bytes = typeof source === 'string' ? await files.read(source) : source;
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  const leaves = await leavesIn(bytes, file);
  const { places, application } = placesOf(model, layers, leaves, file);
  const writes: { layer: Layer; weight: string; data: Float32Array }[] = [];
  const missing: string[] = [];
  const misshaped: LoadedWeights['misshaped'][number][] = [];
  layers.forEach((layer, i) => {
    const place = places[i];
    if (place === undefined) missing.push(layer.name);
    else writes.push(...fitted(layer, leaves[place].weights, application, misshaped, missing));
  });
  const used = new Set(places);
  const leftOver = leaves.filter((_, i) => !used.has(i)).map(({ path }) => path.join('/'));
  const faults = [
    missing.length ? `no weights for ${listed(missing)}` : '',
    misshaped.length
      ? `another shape: ${listed(misshaped.map(({ name, expected, received }) => `${name} ${formatShape(received)}, which is ${formatShape(expected)} in the model`))}`
      : '',
    leftOver.length ? `left over: ${listed(leftOver)}` : '',
  ].filter(Boolean);
  const fits = writes.length > 0 || (layers.length === 0 && leaves.length === 0);
  if ((strict && faults.length) || !fits) {
    throw new StriateError({
      where: file,
      rule: `does not fit the model '${model.name}': ${faults.join('; ') || 'it holds no weights'}`,
      advice: 'create the model that it belongs to, or load what fits with { strict: false }',
    });
  }
  for (const { layer, weight, data } of writes) expectFiniteWeight(file, `${layer.name}/${weight}`, data);
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

async function leavesIn(bytes: Uint8Array, file: string): Promise<readonly WeightLeaf[]> {
  const other = otherFormat(bytes, file, ['keras', 'hdf5', 'zip']);
  if (other) throw other;
  const archived = looksLikeZip(bytes)
    ? (await unzip(bytes, file, (name) => name === 'model.weights.h5')).get('model.weights.h5')
    : bytes;
  if (!archived || !looksLikeHdf5(archived)) {
    throw new StriateError({
      where: file,
      rule: 'holds no weights of Keras: it is neither HDF5 (.h5) nor an archive with model.weights.h5',
    });
  }
  const leaves = weightLeaves(await readHdf5(archived, file), file);
  if (!leaves)
    throw new StriateError({ where: file, rule: 'holds no weights of Keras: the HDF5 file lists no layers' });
  const adapted = leaves.find(({ weights }) => hasAdapters(weights));
  if (!adapted) return leaves;
  throw new StriateError({
    where: file,
    rule: `layer '${adapted.path.join('/')}' has a low-rank adapter (LoRA) beside its kernel`,
    advice: 'read the whole model with importKeras, which adds it, or save the model as .keras',
  });
}

interface Places {
  /** Which of the file's layers each of the model's is. */
  readonly places: readonly (number | undefined)[];
  readonly application?: Application;
}

/** Whether a layer has the name that it gets where none is given: its class's, and a number. */
function isNameless({ name, className }: Layer): boolean {
  return name.replace(/_\d+$/, '') === snakeCase(className);
}

/** Names decide; where neither model nor file speaks of the other's, the order, as in Keras. */
function placesOf(model: Model, layers: readonly Layer[], leaves: readonly WeightLeaf[], file: string): Places {
  const isNamed = leaves.every((leaf) => leaf.isNamed);
  const paths = leaves.map(({ path }) => path);
  const byName = matchPaths(
    layers.map(({ name }) => [name]),
    paths,
  );
  const known = byName.filter((place) => place !== undefined).length;
  const isSpoken = layers.some((layer, i) => byName[i] !== undefined && !isNameless(layer));
  if (known === layers.length || known === leaves.length || isSpoken) return { places: byName };
  if (isNamed && Object.hasOwn(applications, model.name)) {
    const application = applications[model.name];
    const names = paths.map((path) => path.at(-1) ?? '');
    const pairs = application.fileLayers(model, names);
    return {
      places: layers.map(({ name }) => {
        const place = names.indexOf(pairs.get(name) ?? '');
        return place < 0 ? undefined : place;
      }),
      application,
    };
  }
  const difference = isNamed ? differenceFromKeras(model.name) : undefined;
  if (difference) {
    throw new StriateError({
      where: file,
      rule: `weights of keras.applications would give other results in the zoo's '${model.name}': ${difference}`,
      advice: 'save the whole model in Keras (model.save) and read it with importKeras',
    });
  }
  if (leaves.some(({ counted }) => counted)) return { places: countedPlaces(model, layers, leaves, file) };
  if (leaves.length !== layers.length && known > layers.length / 2) return { places: byName };
  return { places: layers.map((_, i) => (i < leaves.length ? i : undefined)) };
}

/** By Keras 3's keys, which count the layers of each class in the order in which Keras holds them. */
function countedPlaces(
  model: Model,
  layers: readonly Layer[],
  leaves: readonly WeightLeaf[],
  file: string,
): readonly (number | undefined)[] {
  const nested = leaves.find(({ counted = [] }) => counted.length > 1);
  if (nested) {
    throw new StriateError({
      where: file,
      rule: `holds models within models, and names as '${nested.path.join('/')}' that the model '${model.name}' does not know`,
      advice: "give layers the file's names, or save the whole model in Keras and read it with importKeras",
    });
  }
  const places = new Map(leaves.map(({ counted = [] }, i) => [counted[0], i]));
  const counts = new Map<string, number>();
  const keys = new Map(
    inKerasOrder(model.outputs).map((layer) => {
      const base = snakeCase(layer.className);
      const count = counts.get(base) ?? 0;
      counts.set(base, count + 1);
      return [layer, count ? `${base}_${count}` : base];
    }),
  );
  return layers.map((layer) => places.get(keys.get(layer) ?? ''));
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
  const unread = row instanceof NoRule ? 0 : (row.unread?.length ?? 0);
  const complete = weights.length === table.length || weights.length === table.length + unread;
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
