import type { Model } from '../../models/index.js';
import { formatShape, sameShape, StriateError } from '../../tensor/index.js';
import { type BuiltLayer, ruleFor } from './read/buildKeras.js';
import type { Hdf5Attribute, Hdf5Group } from './hdf5/hdf5Tree.js';
import type { KerasGraph, KerasLayer, KerasWeight } from './read/kerasGraph.js';
import { LayerOptionsReader, type ReadContext } from './read/layerOptions.js';
import { snakeCase } from '../../topology/topology.js';

/** A layer's weights in a file that lists them by layer. */
export interface WeightGroup {
  readonly layer: string;
  readonly weights: readonly (KerasWeight & { readonly name: string })[];
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
function kindOf(name: string): string {
  return name.replace(/:\d+$/, '').split('/').at(-1) ?? '';
}

/** What stands before the last part of a weight's name: its layer, with the models around it. */
function ownerOf(name: string): string {
  return name.replace(/:\d+$/, '').split('/').slice(0, -1).join('/');
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
    if (!group) throw damaged(file, `it lists a layer '${layer}' that it does not hold`);
    const weights = (textsOf(group, 'weight_names') ?? []).map((name) => {
      const parts = name.split('/').filter(Boolean);
      const last = parts.pop() ?? '';
      const array = parts
        .reduce<Hdf5Group | undefined>((inner, part) => inner?.groups.get(part), group)
        ?.arrays.get(last);
      if (!array) throw damaged(file, `it lists a weight '${name}' that it does not hold`);
      if (typeof array.data === 'string') throw unreadable(file, name, array.data);
      return { name, kind: kindOf(name), shape: array.shape, data: array.data };
    });
    return { layer, weights };
  });
}

function damaged(file: string, what: string): StriateError {
  return new StriateError({
    where: file,
    rule: `not a sound Keras file: ${what}`,
    advice: 'use another copy of the file',
  });
}

function unreadable(file: string, name: string, what: string): StriateError {
  return new StriateError({
    where: file,
    rule: `weight '${name}' is of ${what}, which cannot be read here`,
    advice: 'cast the model to float32 in Keras and save it again',
  });
}

/**
 * Gives each layer its weights from a list that names them `layer/kernel`, with the models that the layer lies in before it.
 *
 * @throws StriateError when one is missing.
 */
export function attachNamed(
  graph: KerasGraph,
  tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array }[],
  context: ReadContext,
): void {
  const byOwner = new Map<string, KerasWeight[]>();
  for (const { name, shape, data } of tensors) {
    const owner = ownerOf(name);
    const weights = byOwner.get(owner) ?? [];
    weights.push({ kind: kindOf(name), shape, data });
    byOwner.set(owner, weights);
  }
  const owners = [...byOwner.keys()];
  for (const layer of leaves(graph)) {
    if (!readsWeights(layer, context)) continue;
    const owner = byOwner.has(layer.name) ? layer.name : owners.find((name) => name.endsWith(`/${layer.name}`));
    const weights = owner === undefined ? undefined : byOwner.get(owner);
    if (!weights) throw damaged(context.file, `it holds no weights of layer '${layer.name}'`);
    layer.weights = weights;
  }
}

/** Layers with weights of a model and the models in it, in order. */
function leaves(graph: KerasGraph): readonly KerasLayer[] {
  return graph.layers.flatMap((layer) => (layer.nested ? leaves(layer.nested) : [layer]));
}

/** Gives each layer of a configuration its weights from a Keras 2 file. */
export function attachGroups(graph: KerasGraph, groups: readonly WeightGroup[], context: ReadContext): void {
  const byLayer = new Map(groups.map((group) => [group.layer, group.weights]));
  for (const layer of graph.layers) {
    const weights = byLayer.get(layer.name);
    if (!layer.nested) layer.weights = weights ?? [];
    else if (weights) attachNested(layer.nested, weights, context);
  }
}

/** An inner model's weights lie in one list: told apart by their names, or by Keras's order, what is learned first. */
function attachNested(graph: KerasGraph, weights: WeightGroup['weights'], context: ReadContext): void {
  const inner = leaves(graph).filter((layer) => layer.className !== 'InputLayer');
  const expected = inner.flatMap((layer) =>
    (ruleFor(layer, context).weights?.(new LayerOptionsReader(layer, context)) ?? []).map((names) => ({
      layer,
      names,
    })),
  );
  const named = (layer: KerasLayer, kind: string) =>
    weights.find(
      (weight) =>
        weight.kind === kind &&
        (ownerOf(weight.name) === layer.name || ownerOf(weight.name).endsWith(`/${layer.name}`)),
    );
  if (expected.every(({ layer, names }) => named(layer, names.keras))) {
    for (const { layer, names } of expected) layer.weights = [...layer.weights, named(layer, names.keras)!];
    return;
  }
  const frozen = (layer: KerasLayer): boolean => layer.config.trainable === false;
  const isLearned = ({ layer, names }: (typeof expected)[number]): boolean => names.learned && !frozen(layer);
  const ordered = [...expected.filter(isLearned), ...expected.filter((item) => !isLearned(item))];
  if (ordered.length !== weights.length) {
    throw damaged(
      context.file,
      `the inner model '${graph.name}' has ${ordered.length} weights, the file ${weights.length}`,
    );
  }
  const order = new Map(ordered.map((item, i) => [item, weights[i]]));
  for (const item of expected) item.layer.weights = [...item.layer.weights, order.get(item)!];
}

/**
 * Gives each layer of a configuration its weights from a Keras 3 file, whose groups count the layers of each class
 * (`layers/conv2d_1/vars/0`); some versions of Keras wrote layers' own names instead.
 */
export function attachVariables(graph: KerasGraph, root: Hdf5Group, context: ReadContext): void {
  const container = root.groups.get('layers') ?? root.groups.get('_layer_checkpoint_dependencies');
  if (!container) return;
  const counts = new Map<string, number>();
  const keyed = graph.layers.map((layer) => {
    const base = snakeCase(layer.nested ? layer.nested.className : layer.className.replace(/^.*>/, ''));
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return { layer, counted: count ? `${base}_${count}` : base };
  });
  const holds = (key: string): boolean => container.groups.has(key);
  const weighted = keyed.filter(({ layer }) => layer.nested ?? readsWeights(layer, context));
  const fits = (key: 'counted' | 'named'): boolean =>
    weighted.every(({ layer, counted }) => {
      const group = container.groups.get(key === 'counted' ? counted : layer.name);
      return group !== undefined && (layer.nested !== undefined || variablesOf(group, context.file).length > 0);
    });
  const useNames = !fits('counted') && fits('named');
  for (const { layer, counted } of keyed) {
    const key = useNames ? layer.name : counted;
    const group = holds(key) ? container.groups.get(key) : undefined;
    if (!group) continue;
    if (layer.nested) attachVariables(layer.nested, group, context);
    else layer.weights = variablesOf(group, context.file);
  }
}

/** The layers of a Keras 3 file of weights by their keys; undefined where it is none. Inner models are not looked into. */
export function variableGroups(
  root: Hdf5Group,
  file: string,
): readonly { layer: string; weights: readonly KerasWeight[] }[] | undefined {
  const container = root.groups.get('layers') ?? root.groups.get('_layer_checkpoint_dependencies');
  return container && [...container.groups].map(([layer, group]) => ({ layer, weights: variablesOf(group, file) }));
}

function readsWeights(layer: KerasLayer, context: ReadContext): boolean {
  if (layer.className === 'InputLayer') return false;
  return (ruleFor(layer, context).weights?.(new LayerOptionsReader(layer, context)).length ?? 0) > 0;
}

/** `vars/0`, `vars/1`, … of a layer. */
function variablesOf(group: Hdf5Group, file: string): KerasWeight[] {
  const entries = [...(group.groups.get('vars')?.arrays ?? [])].sort(([a], [b]) => Number(a) - Number(b));
  return entries.map(([name, { shape, data }]) => {
    if (typeof data === 'string') throw unreadable(file, `vars/${name}`, data);
    return { kind: '', shape, data };
  });
}

/** The file's weight for one of a layer's, by kind where the file says it, else by place. */
export function weightFor(weights: readonly KerasWeight[], kind: string, place: number): KerasWeight | undefined {
  return weights.find((weight) => weight.kind === kind) ?? weights[place];
}

/**
 * Puts the weights of a configuration's layers into what they became.
 *
 * @throws StriateError when one is missing or has another shape.
 */
export async function fillWeights(model: Model, built: readonly BuiltLayer[], context: ReadContext): Promise<void> {
  for (const { source, rule, layer } of built) {
    const names = rule.weights?.(new LayerOptionsReader(source, context)) ?? [];
    for (const [place, { keras, own }] of names.entries()) {
      if (own === undefined) continue;
      const weight = weightFor(source.weights, keras, place);
      const target = layer.weights.find(({ name }) => name === own);
      if (!weight || !target) throw damaged(context.file, `layer '${source.name}' lacks its weight '${keras}'`);
      const { variable } = target;
      if (!sameShape(weight.shape, variable.shape) || weight.data.length !== variable.size) {
        throw damaged(
          context.file,
          `weight '${keras}' of layer '${source.name}' is ${formatShape(weight.shape)}, which must be ` +
            formatShape(variable.shape),
        );
      }
      await model.store.write(variable, weight.data);
    }
  }
}
