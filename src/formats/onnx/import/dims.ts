import { isWhole } from '../../../tensor/check.js';
import { sizeOf } from '../../../tensor/index.js';

/**
 * Takes the place of the number of examples, which is free, among the sizes of an ONNX value: a prime that no size of a
 * network has. Graphs compute with sizes (Shape, Gather, Mul, Reshape); a result with this factor contains the batch.
 */
export const batch = 1_000_003;

/** ONNX's sizes of a value's axes; the batch, where there is one, is `batch`. */
export type Dims = readonly number[];

/** Whether the examples of the batch lie along an axis of this size, maybe with more of each example behind one another. */
export const hasBatch = (n: number): boolean => n > 0 && n % batch === 0;

/** The sizes for a batch of one example. */
export const ofOneExample = (dims: Dims): number[] => dims.map((n) => (hasBatch(n) ? n / batch : n));

/** Sizes for messages, what has the batch in it as a multiple of it: [batch, 3, 224, 224], [6 · batch, 49]. */
export const dimsText = (dims: Dims): string =>
  `[${dims.map((n) => (!hasBatch(n) ? n : n === batch ? 'batch' : `${n / batch} · batch`)).join(', ')}]`;

/** A message in which no number stands for the batch. */
export const withoutBatchNumber = (text: string): string =>
  text.replace(/(?<![\w.])\d[\d,]{6,}/g, (written) => {
    const n = Number(written.replaceAll(',', ''));
    return hasBatch(n) ? dimsText([n]).slice(1, -1) : written;
  });

/**
 * The sizes that a Reshape asks for: 0 copies, −1 is the rest, and a fixed number of examples in front is the batch; undefined
 * where they do not hold the same elements.
 *
 * @param fixedBatch - The number of examples that the file fixes, if it does.
 */
export function reshapeTarget(dims: Dims, target: Dims, allowZero: boolean, fixedBatch = 0): number[] | undefined {
  const total = sizeOf(dims);
  const listed = target.map((n, i) => (n === 0 && !allowZero ? (dims[i] ?? 0) : n));
  const [first, ...rest] = listed;
  const several = fixedBatch > 1 && first % fixedBatch === 0 ? [[(first / fixedBatch) * batch, ...rest]] : [];
  // Sizes that the graph computed from the batch's are meant as they are: [4 · batch, 16, -1].
  // In a file of one example, 4 in front are no batch: [4, 256, -1] are parts of one example. Nor is an axis that stays.
  const stays = first === dims[0] && dims.length > 1 && dims.slice(1).some(hasBatch);
  const isCount = !stays && (fixedBatch === 0 || first === fixedBatch || first === -1);
  const guessed = listed.some(hasBatch) ? [] : [...(isCount ? [[batch, ...rest]] : []), ...several];
  const candidates = dims.some(hasBatch) ? [listed, ...guessed] : [ofOneExample(listed)];
  const sizes = candidates
    .map((candidate) => {
      const known = sizeOf(candidate.filter((n) => n !== -1));
      return candidate.map((n) => (n === -1 ? total / known : n));
    })
    .filter((sizes) => sizeOf(sizes) === total && sizes.every((n) => isWhole(n, 0)))
    .filter((sizes) => fixedBatch !== 1 || !sizes.some((n, axis) => n !== listed[axis] && axis > 0 && hasBatch(n)));
  // An axis for the batch alone is what is meant, where one is possible.
  return sizes.find((one) => one.includes(batch) === dims.includes(batch)) ?? sizes[0];
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
