import type { Variable } from '../graph/index.js';
import { findNotFinite } from './batchColumns.js';
import type { WeightStore } from './weightStore.js';

/** 1 MB: little beside any model, and enough for a part to be worth asking for. */
const partLength = 2 ** 18;

/** The numbers of variables, one after another, a part at a time; the next part takes the memory of the one before. */
export async function* weightParts(store: WeightStore, variables: readonly Variable[]): AsyncGenerator<Float32Array> {
  const room = new Float32Array(Math.min(partLength, Math.max(0, ...variables.map(({ size }) => size))));
  for (const variable of variables) {
    for (let from = 0; from < variable.size; from += partLength) {
      yield await store.read(variable, room.subarray(0, Math.min(partLength, variable.size - from)), from);
    }
  }
}

/** Whether all numbers of these variables are finite. */
export async function areFinite(store: WeightStore, variables: readonly Variable[]): Promise<boolean> {
  for await (const part of weightParts(store, variables)) if (findNotFinite(part) !== -1) return false;
  return true;
}
