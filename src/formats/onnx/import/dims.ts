import { isWhole } from '../../../tensor/check.js';
import { formatShape, sizeOf } from '../../../tensor/index.js';

/**
 * Takes the place of the number of examples, which is free, among the sizes of an ONNX value: a prime that no size of a
 * network has. Graphs compute with sizes (Shape, Gather, Mul, Reshape); a result with this factor contains the batch.
 */
export const batch = 1_000_003;

/** ONNX's sizes of a value's axes; the batch, where there is one, is `batch`. */
export type Dims = readonly number[];

/** The sizes for a batch of one example. */
export const ofOneExample = (dims: Dims): number[] => dims.map((n) => (n === batch ? 1 : n));

/** Sizes for messages: [batch, 3, 224, 224]. */
export const dimsText = (dims: Dims): string => formatShape(dims.map((n) => (n === batch ? null : n)));

/** Sizes that were computed, for messages: what has the batch in it is written as a multiple of it. */
export const computedDimsText = (dims: Dims): string =>
  `[${dims.map((n) => (n <= 0 || n % batch ? n : n === batch ? 'batch' : `${n / batch} · batch`)).join(', ')}]`;

/**
 * The sizes that a Reshape asks for: 0 copies, −1 is the rest, and a fixed number of examples in front is the batch; undefined
 * where they do not hold the same elements.
 */
export function reshapeTarget(dims: Dims, target: Dims, allowZero: boolean): number[] | undefined {
  const total = sizeOf(dims);
  const listed = target.map((n, i) => (n === 0 && !allowZero ? (dims[i] ?? 0) : n));
  const candidates = dims.includes(batch) ? [listed, [batch, ...listed.slice(1)]] : [listed];
  const batches = (sizes: Dims): number => sizes.filter((n) => n === batch).length;
  return candidates
    .map((candidate) => {
      const known = sizeOf(candidate.filter((n) => n !== -1));
      return candidate.map((n) => (n === -1 ? total / known : n));
    })
    .find((sizes) => sizeOf(sizes) === total && sizes.every((n) => isWhole(n, 0)) && batches(sizes) === batches(dims));
}

/** Axes of the value before and after a reshape that hold the same elements. */
export interface AxisGroup {
  readonly from: number[];
  readonly to: number[];
}

/** Which axes become which; undefined where the sizes do not allow for it. */
export function axisGroups(from: Dims, to: Dims): AxisGroup[] | undefined {
  const sources = from.flatMap((n, axis) => (n === 1 ? [] : [axis]));
  const targets = to.flatMap((n, axis) => (n === 1 ? [] : [axis]));
  const groups: AxisGroup[] = [];
  while (sources.length && targets.length) {
    const group: AxisGroup = { from: [sources.shift()!], to: [targets.shift()!] };
    let [have, want] = [from[group.from[0]], to[group.to[0]]];
    while (have !== want) {
      const [axes, rest, sizes] = have < want ? [group.from, sources, from] : [group.to, targets, to];
      const next = rest.shift();
      if (next === undefined) return undefined;
      axes.push(next);
      if (axes === group.from) have *= sizes[next];
      else want *= sizes[next];
    }
    groups.push(group);
  }
  return sources.length || targets.length ? undefined : groups;
}
