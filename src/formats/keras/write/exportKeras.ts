import { files } from '#platform';
import { snakeCase } from '../../../topology/topology.js';
import { StriateError } from '../../../tensor/index.js';
import { newGroup, writeHdf5 } from '../hdf5/hdf5File.js';
import type { Hdf5Attribute, Hdf5Group } from '../hdf5/hdf5Tree.js';
import { keras2Config, keras3Config, writeGraph, type WritableModel, type WrittenGraph } from './writeGraph.js';
import { ownTraining, writtenTraining } from '../training/writtenTraining.js';
import { zip } from '../../../platform/zip.js';

/** Keras's two file formats: `h5` of Keras 2, which Keras 3 reads as well, and `keras` of Keras 3. */
export type KerasFormat = 'h5' | 'keras';

/**
 * Writes a model as a Keras file, for `keras.models.load_model`: `.h5` in Keras 2's form or `.keras` in Keras 3's, as the
 * path ends. What Keras says differently is written by layers that compute the same: margins become ZeroPadding2D.
 *
 * @throws StriateError when the path ends in neither, or a layer cannot be expressed in Keras's.
 *
 * @example
 * await exportKeras(model, 'flowers.keras');
 */
export async function exportKeras(model: WritableModel, path: string): Promise<void> {
  const format = /\.(h5|hdf5)$/i.test(path) ? 'h5' : /\.keras$/i.test(path) ? 'keras' : undefined;
  if (!format)
    throw new StriateError({ where: 'exportKeras', rule: 'the path must end in .h5 or .keras', received: `'${path}'` });
  await files.writeWhole(path, await kerasBytes(model, format));
}

/** What `exportKeras` writes. */
export async function kerasBytes(model: WritableModel, format: KerasFormat): Promise<Uint8Array> {
  return format === 'h5' ? hdf5Bytes(model) : archiveBytes(model);
}

/** A model's weights as Keras 3's `load_weights` reads them from `.weights.h5`. */
export async function kerasWeightBytes(model: Parameters<typeof writeGraph>[0]): Promise<Uint8Array> {
  return writeHdf5(await variables(writeGraph(model, 'keras3')));
}

/** Longer lists of names do not fit into one attribute: Keras cuts them into numbered parts. */
const longestAttribute = 64_512;

function setTexts(attributes: Map<string, Hdf5Attribute>, name: string, texts: readonly string[]): void {
  const width = Math.max(1, ...texts.map((text) => new TextEncoder().encode(text).length));
  const perPart = Math.max(1, Math.floor(longestAttribute / width));
  if (texts.length <= perPart) attributes.set(name, texts);
  else {
    for (let part = 0; part * perPart < texts.length; part++) {
      attributes.set(`${name}${part}`, texts.slice(part * perPart, (part + 1) * perPart));
    }
  }
}

type FilledGroup = ReturnType<typeof newGroup>;

/** The group at a path with slashes, made where it is not there yet. */
function groupAt(root: FilledGroup, path: readonly string[]): FilledGroup {
  return path.reduce((group, part) => {
    const inner = (group.groups.get(part) as FilledGroup | undefined) ?? newGroup();
    group.groups.set(part, inner);
    return inner;
  }, root);
}

async function hdf5Bytes(model: WritableModel): Promise<Uint8Array> {
  const graph = writeGraph(model, 'keras2');
  const root = newGroup();
  const versions = { keras_version: '2.4.0', backend: 'tensorflow' } as const;
  for (const [name, value] of Object.entries(versions)) root.attributes.set(name, value);
  root.attributes.set('model_config', JSON.stringify(keras2Config(graph)));
  const training = writtenTraining(model, 'keras2');
  if (training !== undefined) root.attributes.set('training_config', training);
  // Keras reads past what it does not know, here and in metadata.json.
  for (const [name, value] of Object.entries(ownContent(model))) root.attributes.set(name, JSON.stringify(value));
  const holder = newGroup();
  root.groups.set('model_weights', holder);
  for (const [name, value] of Object.entries(versions)) holder.attributes.set(name, value);
  const layers = graph.isStack ? graph.layers.slice(1) : graph.layers;
  setTexts(
    holder.attributes,
    'layer_names',
    layers.map(({ name }) => name),
  );
  for (const { name, weights } of layers) {
    const group = groupAt(holder, name.split('/'));
    const names = weights.map(({ kind }) => `${name}/${kind}:0`);
    setTexts(group.attributes, 'weight_names', names);
    for (const { kind, shape, read } of weights) {
      groupAt(group, name.split('/')).arrays.set(`${kind}:0`, { shape, data: await read() });
    }
  }
  return writeHdf5(root);
}

async function archiveBytes(model: WritableModel): Promise<Uint8Array> {
  const graph = writeGraph(model, 'keras3');
  const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
  const text = (value: unknown): Uint8Array => encoded(JSON.stringify(value));
  return zip({
    'metadata.json': text({ keras_version: '3.0.0', date_saved: stamp(new Date()), ...ownContent(model) }),
    'config.json': encoded(configText(keras3Config(graph), writtenTraining(model, 'keras3'))),
    'model.weights.h5': await writeHdf5(await variables(graph)),
  });
}

/** The configuration with what `compile` was given, which has a spelling of its own for numbers. */
function configText(config: object, training: string | undefined): string {
  const text = JSON.stringify(config);
  return training === undefined ? text : `${text.slice(0, -1)},"compile_config":${training}}`;
}

/** What Keras has no place for, and Striate reads again; by the names under which it stands in the file. */
function ownContent(model: WritableModel): Readonly<Record<string, unknown>> {
  const { preprocessing, classNames, metadata = {} } = model;
  const content = {
    preprocessing,
    classNames,
    compile: ownTraining(model),
    user: Object.keys(metadata).length ? metadata : undefined,
  };
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
}

/** Keras's way of writing a time: 2024-05-01@12:30:00. */
function stamp(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', '@');
}

/** `layers/conv2d_1/vars/0`: Keras 3 counts the layers of each class, whatever they are called. */
async function variables({ layers, isStack }: WrittenGraph): Promise<Hdf5Group> {
  const root = newGroup();
  const holder = groupAt(root, ['layers']);
  const counts = new Map<string, number>();
  const ownVariables = groupAt(root, ['vars']);
  ownVariables.attributes.set('name', 'model');
  for (const layer of isStack ? layers.slice(1) : layers) {
    const base = snakeCase(layer.className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    const vars = groupAt(holder, [count ? `${base}_${count}` : base, 'vars']);
    vars.attributes.set('name', layer.name);
    for (const [i, weight] of layer.weights.entries()) {
      vars.arrays.set(String(i), { shape: weight.shape, data: await weight.read() });
    }
  }
  return root;
}
