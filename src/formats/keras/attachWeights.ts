import type { Model } from '../../models/index.js';
import type { Variable } from '../../graph/index.js';
import { formatShape, sameShape } from '../../tensor/index.js';
import { snakeCase } from '../../topology/topology.js';
import type { Hdf5Group } from './hdf5/hdf5Tree.js';
import { matchPaths, type LayerPath } from './matchPaths.js';
import { type BuiltLayer, ruleFor } from './read/buildKeras.js';
import type { KerasGraph, KerasLayer, KerasWeight } from './read/kerasGraph.js';
import { LayerOptionsReader, type ReadContext } from './read/layerOptions.js';
import { mergeAdapters } from './mergeAdapters.js';
import {
  byOwner,
  damagedWeights,
  kindOf,
  layersOf,
  nameIn,
  variablesOf,
  type NamedWeight,
  type WeightGroup,
} from './weightLeaves.js';

/** A layer of a configuration, and where it lies. */
interface Leaf {
  readonly layer: KerasLayer;
  readonly path: LayerPath;
}

/** The layers of a model and the models in it, in order. */
function leavesOf(graph: KerasGraph, path: LayerPath = []): readonly Leaf[] {
  return graph.layers.flatMap((layer) =>
    layer.nested ? leavesOf(layer.nested, [...path, layer.name]) : [{ layer, path: [...path, layer.name] }],
  );
}

function namesOf(
  layer: KerasLayer,
  context: ReadContext,
): ReturnType<NonNullable<ReturnType<typeof ruleFor>['weights']>> {
  if (layer.className === 'InputLayer') return [];
  return ruleFor(layer, context).weights?.(new LayerOptionsReader(layer, context)) ?? [];
}

/**
 * Gives each layer its weights from a list that names them `layer/kernel`, with the models that the layer lies in before it.
 *
 * @throws StriateError when one is missing, or could be another layer's.
 */
export function attachNamed(
  graph: KerasGraph,
  tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array }[],
  context: ReadContext,
): void {
  const owners = [...byOwner(tensors.map((tensor) => ({ ...tensor, kind: kindOf(tensor.name) })))];
  const leaves = leavesOf(graph).filter(({ layer }) => namesOf(layer, context).length > 0);
  const places = matchPaths(
    leaves.map(({ path }) => path),
    owners.map(([owner]) => owner.split('/')),
  );
  leaves.forEach(({ layer }, i) => {
    const place = places[i];
    if (place === undefined) throw damagedWeights(context.file, `it holds no weights of layer '${layer.name}'`);
    layer.weights = owners[place][1];
  });
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
function attachNested(graph: KerasGraph, weights: readonly NamedWeight[], context: ReadContext): void {
  const leaves = leavesOf(graph)
    .map((leaf) => ({ ...leaf, names: namesOf(leaf.layer, context) }))
    .filter(({ names }) => names.length > 0);
  const owners = [...byOwner(weights)];
  const places = matchPaths(
    leaves.map(({ path }) => path),
    owners.map(([owner]) => owner.split('/')),
  );
  const isComplete = leaves.every(({ names }, i) => {
    const own = places[i] === undefined ? [] : owners[places[i]][1];
    return names.every(({ keras }) => own.some(({ kind }) => kind === keras));
  });
  if (isComplete) {
    leaves.forEach(({ layer }, i) => (layer.weights = owners[places[i]!][1]));
    return;
  }
  const expected = leaves.flatMap(({ layer, names }) => names.map((one) => ({ layer, names: one })));
  const frozen = (layer: KerasLayer): boolean => layer.config.trainable === false;
  const isLearned = ({ layer, names }: (typeof expected)[number]): boolean => names.learned && !frozen(layer);
  const ordered = [...expected.filter(isLearned), ...expected.filter((item) => !isLearned(item))];
  if (ordered.length !== weights.length) {
    throw damagedWeights(
      context.file,
      `the inner model '${graph.name}' has ${ordered.length} weights, the file ${weights.length}`,
    );
  }
  const order = new Map(ordered.map((item, i) => [item, weights[i]]));
  for (const item of expected) item.layer.weights = [...item.layer.weights, order.get(item)!];
}

/**
 * Gives each layer of a configuration its weights from a Keras 3 file: by the names that stand beside them, otherwise by its
 * groups, which count the layers of each class (`layers/conv2d_1/vars/0`), or, in some versions of Keras, bear the layers' names.
 */
export function attachVariables(graph: KerasGraph, root: Hdf5Group, context: ReadContext): void {
  const container = layersOf(root);
  if (!container) return;
  const counts = new Map<string, number>();
  const layers = graph.layers.filter((layer) => layer.nested ?? !isOperator(layer, context));
  const keyed = layers.map((layer) => {
    const base = snakeCase(layer.nested ? layer.nested.className : layer.className.replace(/^.*>/, ''));
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return { layer, counted: container.groups.get(count ? `${base}_${count}` : base) };
  });
  const named = new Map<string, Hdf5Group>();
  for (const [key, group] of container.groups) named.set(nameIn(group) ?? key, group);
  const holds = (layer: KerasLayer, group: Hdf5Group | undefined): boolean =>
    group !== undefined && (layer.nested !== undefined || variablesOf(group, context.file).length > 0);
  const weighted = keyed.filter(({ layer }) => layer.nested ?? namesOf(layer, context).length > 0);
  const hasNames = weighted.every(({ layer }) => holds(layer, named.get(layer.name)));
  for (const { layer, counted } of keyed) {
    const group = hasNames ? named.get(layer.name) : counted;
    if (!group) continue;
    if (layer.nested) attachVariables(layer.nested, group, context);
    else layer.weights = variablesOf(group, context.file);
  }
}

function isOperator(layer: KerasLayer, context: ReadContext): boolean {
  return layer.className !== 'InputLayer' && ruleFor(layer, context).isOperation === true;
}

/** The file's weight for one of a layer's, by kind where the file says it, else by place. */
export function weightFor(weights: readonly KerasWeight[], kind: string, place: number): KerasWeight | undefined {
  return weights.find((weight) => weight.kind === kind) ?? weights[place];
}

/**
 * Puts the weights of a configuration's layers into what they became.
 *
 * @throws StriateError when one is missing or has another shape, or a layer has more than it should.
 */
export async function fillWeights(model: Model, built: readonly BuiltLayer[], context: ReadContext): Promise<void> {
  for (const { source, rule, layer } of built) {
    const options = new LayerOptionsReader(source, context);
    const names = rule.weights?.(options) ?? [];
    const weights = mergeAdapters(source.weights, options);
    const write = async (variable: Variable, { shape, data }: KerasWeight, name: string): Promise<void> => {
      if (!sameShape(shape, variable.shape) || data.length !== variable.size) {
        throw damagedWeights(
          context.file,
          `weight '${name}' of layer '${source.name}' is ${formatShape(shape)}, which must be ${formatShape(variable.shape)}`,
        );
      }
      await model.store.write(variable, data);
    };
    if (rule.ownWeights) {
      if (weights.length !== layer.weights.length) {
        throw options.refuse(`the file holds ${weights.length} weights for it, its class has ${layer.weights.length}`);
      }
      for (const [i, { variable, name }] of layer.weights.entries()) await write(variable, weights[i], name);
      continue;
    }
    if (names.length > 0 && weights.length > names.length) {
      const unknown = weights.map(({ kind }) => kind).filter((kind) => !names.some(({ keras }) => keras === kind));
      throw options.refuse(
        `the file holds ${weights.length} weights for it, where Keras's ${source.className} has ${names.length}` +
          `${unknown.some(Boolean) ? ` (${unknown.join(', ')} are not known here)` : ''}; save the model without them`,
      );
    }
    for (const [place, { keras, own }] of names.entries()) {
      if (own === undefined) continue;
      const weight = weightFor(weights, keras, place);
      const target = layer.weights.find(({ name }) => name === own);
      if (!weight || !target) throw damagedWeights(context.file, `layer '${source.name}' lacks its weight '${keras}'`);
      await write(target.variable, weight, keras);
    }
  }
}
