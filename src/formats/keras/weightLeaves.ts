import { StriateError } from '../../tensor/index.js';
import type { Hdf5Array, Hdf5Attribute, Hdf5Group } from './hdf5/hdf5Tree.js';
import type { LayerPath } from './matchPaths.js';
import type { KerasWeight } from './read/kerasGraph.js';

/** A weight with its name in the file: `block/conv2d/kernel:0`. */
export type NamedWeight = KerasWeight & { readonly name: string };

/** A layer's weights in a file that lists them by layer; an inner model's are in one list. */
export interface WeightGroup {
  readonly layer: string;
  readonly weights: readonly NamedWeight[];
}

/** The weights of one layer in a file. */
export interface WeightLeaf {
  /** Its name, after those of the models that it lies in. */
  readonly path: LayerPath;
  /** Keys that count the layers of each class, as Keras 3 has them; undefined in Keras 2's files. */
  readonly counted?: LayerPath;
  /** Whether the names are the layers' own; otherwise `path` counts, too. */
  readonly isNamed: boolean;
  readonly weights: readonly KerasWeight[];
}

/** A list of texts, which Keras cuts into numbered parts where it is long. */
function textsOf(group: Hdf5Group, name: string): readonly string[] | undefined {
  const texts = (value: Hdf5Attribute | undefined): readonly string[] | undefined =>
    Array.isArray(value)
      ? (value as readonly unknown[]).filter((item): item is string => typeof item === 'string')
      : undefined;
  const whole = texts(group.attributes.get(name));
  if (whole) return whole;
  const parts: string[] = [];
  for (let i = 0; group.attributes.has(`${name}${i}`); i++)
    parts.push(...(texts(group.attributes.get(`${name}${i}`)) ?? []));
  return parts.length ? parts : undefined;
}

/** The last part of a weight's name: `block/conv2d/kernel:0` → `kernel`. */
export function kindOf(name: string): string {
  return name.replace(/:\d+$/, '').split('/').at(-1) ?? '';
}

/** What stands before the last part of a weight's name: its layer, with the models around it. */
export function ownerOf(name: string): string {
  return name.replace(/:\d+$/, '').split('/').slice(0, -1).join('/');
}

/** An error that says what is wrong with a file of weights. */
export function damagedWeights(file: string, what: string): StriateError {
  return new StriateError({
    where: file,
    rule: `not a sound Keras file: ${what}`,
    advice: 'use another copy of the file',
  });
}

function numbersOf({ data }: Hdf5Array, file: string, name: string): Float32Array {
  if (typeof data !== 'string') return data;
  throw new StriateError({
    where: file,
    rule: `weight '${name}' is of ${data}, which cannot be read here`,
    advice: /int\d/.test(data)
      ? 'save the model in Keras before it is quantized'
      : 'cast the model to float32 in Keras and save it again',
  });
}

/**
 * The weights of a Keras 2 file (`layer_names`, `weight_names`), layer by layer; undefined where it is none.
 *
 * @throws StriateError when it lists what it does not hold.
 */
export function weightGroups(root: Hdf5Group, file: string): readonly WeightGroup[] | undefined {
  const holder = root.groups.get('model_weights') ?? root;
  const names = textsOf(holder, 'layer_names');
  if (!names) return undefined;
  return names.map((layer) => {
    const group = layer.split('/').reduce<Hdf5Group | undefined>((inner, part) => inner?.groups.get(part), holder);
    if (!group) throw damagedWeights(file, `it lists a layer '${layer}' that it does not hold`);
    const weights = (textsOf(group, 'weight_names') ?? []).map((name) => {
      const parts = name.split('/').filter(Boolean);
      const last = parts.pop() ?? '';
      const array = parts
        .reduce<Hdf5Group | undefined>((inner, part) => inner?.groups.get(part), group)
        ?.arrays.get(last);
      if (!array) throw damagedWeights(file, `it lists a weight '${name}' that it does not hold`);
      return { name, kind: kindOf(name), shape: array.shape, data: numbersOf(array, file, name) };
    });
    return { layer, weights };
  });
}

/** Weights by what stands before the last part of their names. */
export function byOwner(weights: readonly NamedWeight[]): ReadonlyMap<string, readonly NamedWeight[]> {
  const owners = new Map<string, NamedWeight[]>();
  for (const weight of weights) {
    const owner = ownerOf(weight.name);
    owners.set(owner, [...(owners.get(owner) ?? []), weight]);
  }
  return owners;
}

/** The layers of a Keras 2 file, with those of inner models. */
function groupLeaves(groups: readonly WeightGroup[]): readonly WeightLeaf[] {
  return groups.flatMap(({ layer, weights }): WeightLeaf[] => {
    const owners = byOwner(weights);
    if (owners.size <= 1) return weights.length ? [{ path: [layer], isNamed: true, weights }] : [];
    return [...owners].map(([owner, own]) => ({
      path: owner.startsWith(`${layer}/`) ? owner.split('/') : [layer, ...owner.split('/')],
      isNamed: true,
      weights: own,
    }));
  });
}

/** The group that holds a model's layers in a Keras 3 file. */
export function layersOf(group: Hdf5Group): Hdf5Group | undefined {
  return group.groups.get('layers') ?? group.groups.get('_layer_checkpoint_dependencies');
}

/** The name of the layer whose weights a group holds, which Keras notes beside them since 3.5. */
export function nameIn(group: Hdf5Group): string | undefined {
  const name = group.groups.get('vars')?.attributes.get('name');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** `vars/0`, `vars/1`, … of a layer. */
export function variablesOf(group: Hdf5Group, file: string): KerasWeight[] {
  const entries = [...(group.groups.get('vars')?.arrays ?? [])].sort(([a], [b]) => Number(a) - Number(b));
  const owner = nameIn(group);
  return entries.map(([place, array]) => {
    const name = owner === undefined ? `vars/${place}` : `${owner}/vars/${place}`;
    return { kind: '', shape: array.shape, data: numbersOf(array, file, name) };
  });
}

/** The layers of a Keras 3 file, with those of inner models. */
function variableLeaves(container: Hdf5Group, file: string): readonly WeightLeaf[] {
  const leaves: WeightLeaf[] = [];
  const visit = (inner: Hdf5Group, path: LayerPath, counted: LayerPath, isNamed: boolean): void => {
    for (const [key, group] of inner.groups) {
      const name = nameIn(group);
      const here = { path: [...path, name ?? key], counted: [...counted, key], isNamed: isNamed && name !== undefined };
      const weights = variablesOf(group, file);
      if (weights.length) leaves.push({ ...here, weights });
      const layers = layersOf(group);
      if (layers) visit(layers, here.path, here.counted, here.isNamed);
    }
  };
  visit(container, [], [], true);
  return leaves;
}

/** All layers with weights that a file holds; undefined where it is none of Keras's. */
export function weightLeaves(root: Hdf5Group, file: string): readonly WeightLeaf[] | undefined {
  const groups = weightGroups(root, file);
  if (groups) return groupLeaves(groups);
  const container = layersOf(root);
  return container && variableLeaves(container, file);
}
