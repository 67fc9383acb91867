import type { Variable } from '../graph/index.js';
import { findNotFinite } from '../tensor/check.js';
import { formatShape, sameShape, StriateError, Tensor } from '../tensor/index.js';
import type { Topology } from '../topology/topology.js';
import type { Executor } from './executor.js';
import type { WeightStore } from './weightStore.js';

/** 1 MB: little beside any model, and enough for a part to be worth asking for. */
const partLength = 2 ** 18;

/** The numbers of variables, one after another, a part at a time; the next part takes the memory of the one before. */
export async function* weightParts(store: WeightStore, variables: readonly Variable[]): AsyncGenerator<Float32Array> {
  const part = new Float32Array(Math.min(partLength, Math.max(0, ...variables.map(({ size }) => size))));
  for (const variable of variables) {
    for (let from = 0; from < variable.size; from += partLength) {
      yield await store.read(variable, part.subarray(0, Math.min(partLength, variable.size - from)), from);
    }
  }
}

/** Whether all numbers of these variables are finite. */
export async function areFinite(store: WeightStore, variables: readonly Variable[]): Promise<boolean> {
  for await (const part of weightParts(store, variables)) if (findNotFinite(part) !== -1) return false;
  return true;
}

const spoilt = 'its training diverged or the file is damaged: use an earlier checkpoint or another copy';

/**
 * Checks the values of a weight, as a file has them or as they lie in an engine. Masks of attention may hold −∞.
 *
 * @param advice - what helps, where they come from no training and no file
 * @throws StriateError where one is NaN or ∞: whatever is computed with it means nothing.
 */
export function expectFiniteWeight(where: string, name: string, values: ArrayLike<number>, advice = spoilt): void {
  const floats = values instanceof Float32Array ? values : Float32Array.from(values);
  if (findNotFinite(floats) === -1) return;
  const value = floats.find((number) => Number.isNaN(number) || number === Infinity);
  if (value === undefined) return;
  throw new StriateError({ where, rule: `weights must be finite numbers, and '${name}' holds ${value}`, advice });
}

/** `expectFiniteWeight` for all that a model has. */
export async function expectFiniteWeights(
  where: string,
  { store, topology }: { readonly store: WeightStore; readonly topology: Topology },
): Promise<void> {
  for (const { variable } of topology.weights) {
    for await (const part of weightParts(store, [variable])) expectFiniteWeight(where, variable.name, part);
  }
}

/** A copy of a weight's value, for what is written to a file: that it can be read again is known beforehand. */
export async function finiteValue(
  where: string,
  store: Pick<WeightStore, 'read'>,
  variable: Variable,
): Promise<Float32Array> {
  const value = await store.read(variable);
  expectFiniteWeight(where, variable.name, value);
  return value;
}

/** A copy of every weight and statistic, by name. */
export async function readWeights(executor: Executor): Promise<Map<string, Tensor<'float32'>>> {
  return new Map(
    await readVariables(
      executor,
      executor.topology.weights.map(({ variable }) => variable),
    ),
  );
}

async function readVariables(
  { store }: Executor,
  variables: readonly Variable[],
): Promise<[string, Tensor<'float32'>][]> {
  const values: [string, Tensor<'float32'>][] = [];
  for (const variable of variables) {
    values.push([variable.name, new Tensor('float32', variable.shape, await store.read(variable))]);
  }
  return values;
}

/**
 * Replaces all weights and statistics, or none where one of them does not fit or holds what is no number.
 *
 * @param advice - what helps against such a one, where they come from no file
 */
export async function writeWeights(
  { topology, store }: Pick<Executor, 'topology' | 'store'>,
  weights: ReadonlyMap<string, Tensor>,
  where: string,
  advice?: string,
): Promise<void> {
  const variables = new Map(topology.weights.map(({ variable }) => [variable.name, variable]));
  if (!isMap(weights)) {
    throw new StriateError({
      where,
      rule: 'takes a Map by name, as getWeights gives it',
      received: Array.isArray(weights) ? `a list of ${weights.length}` : typeof weights,
      advice: `write new Map([['${topology.weights.at(0)?.variable.name ?? 'conv2d/kernel'}', tensor], …])`,
    });
  }
  const unknown = [...weights.keys()].find((name) => !variables.has(name));
  if (unknown !== undefined)
    throw new StriateError({
      where,
      rule: `the model has no weight '${unknown}'`,
      advice: 'use the model it belongs to',
    });
  for (const [name, { shape }] of variables) {
    const given = weights.get(name);
    if (!given)
      throw new StriateError({
        where,
        rule: `the model's weight '${name}' is missing`,
        advice: 'use weights of the same model',
      });
    if (!sameShape(given.shape, shape)) {
      throw new StriateError({
        where,
        rule: `weight '${name}' has shape ${formatShape(shape)}`,
        received: formatShape(given.shape),
      });
    }
    expectFiniteWeight(where, name, given.data, advice);
  }
  for (const [name, variable] of variables) await store.write(variable, Float32Array.from(weights.get(name)!.data));
}

/** What `Model.setWeights` does. */
export function setWeights(executor: Executor, weights: ReadonlyMap<string, Tensor>, model: string): Promise<void> {
  const advice = 'the training that they come from diverged, or they were computed from such: take earlier ones';
  return writeWeights(executor, weights, `setWeights, model '${model}'`, advice);
}

function isMap(weights: unknown): boolean {
  return weights instanceof Map;
}
