import { input } from '../layers/input.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { embeddingOf } from './embedding.js';
import { Topology, type Call } from './topology.js';

/** The two parts of a model that the end of its features cuts it into, and what its classifier decides by. */
export type FeaturePart = 'features' | 'head' | 'embedding';

/**
 * One of the parts of a model, over the same layers and weights: its features, from the inputs to the marked value; its
 * head, from a value of that shape to the outputs; or its embedding, from the inputs to the vector that its classifier takes.
 *
 * Without a mark the features end with the last feature map [H, W, C] before the first flattening or global pooling that all
 * paths to the outputs go through; pooling on a side path, as in squeeze-and-excitation, does not count.
 *
 * @throws StriateError when there is no such map, and for a head when there is a path around the features.
 */
export function featurePart(name: string, topology: Topology, part: FeaturePart): Topology {
  if (part === 'embedding') return upTo(topology, embeddingOf(name, topology));
  const end = topology.features ?? lastFeatureMap(name, topology);
  return part === 'features' ? upTo(topology, end) : after(name, topology, end);
}

/** Values and all that they are computed from. */
function neededFor(ends: readonly SymbolicTensor[]): Set<SymbolicTensor> {
  const needed = new Set(ends);
  for (const value of needed) for (const from of value.source?.inputs ?? []) needed.add(from);
  return needed;
}

/** The part of a topology that values are computed by. */
export function upTo({ inputs }: Topology, ...ends: readonly SymbolicTensor[]): Topology {
  const needed = neededFor(ends);
  return new Topology(
    inputs.filter((value) => needed.has(value)),
    ends,
  );
}

/**
 * Applies the layers behind values, in the same order, to new inputs: what of a topology is not computed by `upTo` of these
 * values, auxiliary outputs included.
 *
 * @param ends - without which nothing behind them is computed
 */
export function behind({ outputs, auxiliaries, calls }: Topology, ends: readonly SymbolicTensor[]): Topology {
  const starts = ends.map(({ shape }, i) => input({ shape, name: i === 0 ? 'features' : `features_${i}` }));
  const values = new Map<SymbolicTensor, SymbolicTensor>(ends.map((end, i) => [end, starts[i]]));
  for (const { layer, inputs, output } of calls) {
    if (values.has(output) || !inputs.every((value) => values.has(value))) continue;
    values.set(output, layer.apply(...inputs.map((value) => values.get(value)!)));
  }
  return new Topology(
    starts,
    outputs.map((output) => values.get(output)!),
    { auxiliaries: auxiliaries.map(({ output, weight }) => ({ output: values.get(output)!, weight })) },
  );
}

/** Applies the layers behind a value, in the same order, to a new input. */
export function after(name: string, topology: Topology, end: SymbolicTensor): Topology {
  const { outputs, predictionCalls } = topology;
  if (outputs.includes(end)) {
    throw new StriateError({
      where: 'head',
      rule: `the model '${name}' ends with its features ${formatShape(end.shape)}`,
      advice: 'nothing follows',
    });
  }
  const start = input({ shape: end.shape, name: 'features' });
  const values = new Map<SymbolicTensor, SymbolicTensor>([[end, start]]);
  for (const { layer, inputs, output } of predictionCalls) {
    if (output === end || !inputs.some((value) => values.has(value))) continue;
    const around = inputs.find((value) => !values.has(value));
    if (around) throw bypassed(name, `'${layer.name}' also takes ${describe(around)}`);
    values.set(output, layer.apply(...inputs.map((value) => values.get(value)!)));
  }
  const missed = outputs.find((output) => !values.has(output));
  if (missed) throw bypassed(name, `the output of ${describe(missed)} does not depend on the features`);
  return new Topology(
    [start],
    outputs.map((output) => values.get(output)!),
  );
}

function bypassed(name: string, what: string): StriateError {
  return new StriateError({
    where: 'head',
    rule: `there is a path around the features of the model '${name}': ${what}`,
    advice: 'mark a value that every path goes through: model({ …, features })',
  });
}

function describe({ source, name }: SymbolicTensor): string {
  return source ? `'${source.layer.name}'` : `the input '${name}'`;
}

/** What comes into the first layer on every path that gives up the map's rows and columns. */
export function lastFeatureMap(name: string, topology: Topology): SymbolicTensor {
  for (const { layer, inputs } of commonCalls(topology)) {
    if (inputs.length === 1 && inputs[0].shape.length === 3 && endsMap(layer, inputs[0])) return inputs[0];
  }
  const [output] = topology.outputs;
  if (topology.outputs.length === 1 && output.shape.length === 3) return output;
  throw new StriateError({
    where: 'features',
    rule: `the model '${name}' has no feature map [height, width, channels] before a flattening or global pooling that all paths go through`,
    advice: 'say where the features end: model({ …, features })',
  });
}

function endsMap(layer: Layer, map: SymbolicTensor): boolean {
  return layer.window?.() === 'global' || layer.outputShape([map.shape]).length < 3;
}

/** The calls on the paths from a value to others, in order. */
export function callsBetween(
  { predictionCalls }: Topology,
  start: SymbolicTensor,
  ends: readonly SymbolicTensor[],
): Call[] {
  const needed = neededFor(ends);
  const behind = new Set([start]);
  return predictionCalls.filter(({ inputs, output }) => {
    const isBetween = needed.has(output) && inputs.some((value) => behind.has(value));
    if (isBetween) behind.add(output);
    return isBetween;
  });
}

/** The calls that lie on every path from the inputs to the outputs, in order: no value before them is used after them. */
export function commonCalls({
  inputs,
  outputs,
  predictionCalls,
}: Pick<Topology, 'inputs' | 'outputs' | 'predictionCalls'>): Call[] {
  const lastUse = new Map<SymbolicTensor, number>();
  predictionCalls.forEach((call, i) => {
    for (const value of call.inputs) lastUse.set(value, i);
  });
  for (const output of outputs) lastUse.set(output, predictionCalls.length);
  let reach = Math.max(...inputs.map((value) => lastUse.get(value) ?? -1));
  return predictionCalls.filter(({ output }, i) => {
    const common = reach <= i;
    reach = Math.max(reach, lastUse.get(output) ?? -1);
    return common;
  });
}
