import type { ReductionAttributes } from '../../../ops/reduction.js';
import { sizeOf, stridesOf, type Shape } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext, type PooledGradient } from '../lowering.js';
import { float, type Argument, type Block, type KernelName } from '../step.js';
import { rowsTogether } from './axes.js';
import { emitCopy } from './movementLowerings.js';

/**
 * y = scale · the sum (or maximum) of x: [before, length, after] along its middle axis. Long axes are cut into chunks whose
 * partial results are reduced again; how they are cut depends on the sizes alone, so results do not depend on the threads.
 */
export function emitReduction(
  context: LoweringContext,
  kernel: KernelName,
  x: Argument,
  y: Argument,
  [before, length, after]: readonly [number, number, number],
  scale = 1,
): void {
  if (before * after === 0) return;
  // Few columns: take several rows for one, so that whole vectors can be loaded, and fold them together at the end.
  const together = after > 1 && after < 16 && length > 64 ? rowsTogether(length, after, 31) : 1;
  if (together > 1) {
    const partial = context.temporary(4 * before * together * after, 'partial results');
    emitReduction(context, kernel, x, partial, [before, length / together, after * together]);
    emitReduction(context, kernel, partial, y, [before, together, after], scale);
    return;
  }
  const columns = Math.min(after, 2048);
  const columnBlocks = Math.ceil(after / columns);
  const work = length * columns;
  let chunk = length;
  if (work > 2 * elementsPerTile && (before * columnBlocks < 16 || length > 65536)) {
    chunk = Math.ceil(length / Math.ceil(work / elementsPerTile) / 16) * 16;
  }
  const chunks = Math.max(1, Math.ceil(length / chunk));
  const target = chunks === 1 ? y : context.temporary(4 * before * chunks * after, 'partial results');
  const units = before * chunks * columnBlocks;
  const unitsPerTile = Math.max(1, Math.floor(elementsPerTile / Math.max(1, chunk * columns)));
  context.step(
    kernel,
    [
      [x, target, length, after, chunk, chunks, columns, columnBlocks, units, unitsPerTile],
      float(chunks === 1 ? scale : 1),
    ],
    tilesFor(units, unitsPerTile),
  );
  if (chunks > 1) emitReduction(context, kernel, target, y, [before, chunks, after], scale);
}

/** The axes of a shape, those of size 1 left out and neighbours of one kind joined. */
function groupAxes(shape: Shape, axes: readonly number[]): { size: number; reduced: boolean }[] {
  const groups: { size: number; reduced: boolean }[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const reduced = axes.includes(axis);
    const last = groups.at(-1);
    if (last?.reduced === reduced) last.size *= size;
    else groups.push({ size, reduced });
  });
  return groups;
}

const product = (groups: readonly { size: number }[]): number => groups.reduce((size, group) => size * group.size, 1);

/** One pass for every run of reduced axes, the last run first. */
function reduction(kernel: KernelName, mean: boolean): Lowering<ReductionAttributes> {
  return (context, node) => {
    const [input] = node.inputs;
    const groups = groupAxes(input.type.shape, node.attributes.axes);
    const total = product(groups.filter((group) => group.reduced));
    let x: Argument = context.block(input);
    if (!groups.some((group) => group.reduced)) {
      context.alias(node, input);
      return;
    }
    for (let at = groups.length - 1; at >= 0; at--) {
      if (!groups[at].reduced) continue;
      const before = product(groups.slice(0, at));
      const after = product(groups.slice(at + 1));
      const last = !groups.slice(0, at).some((group) => group.reduced);
      const y = last ? context.block(node) : context.temporary(4 * before * after, 'partly reduced');
      const size = groups[at].size;
      emitReduction(context, kernel, x, y, [before, size, after], last && mean ? 1 / total : 1);
      groups.splice(at, 1);
      x = y;
    }
  };
}

export const reduceSum = reduction('reduceSum', false);
export const reduceMean = reduction('reduceSum', true);
export const reduceMax = reduction('reduceMax', false);

/** [rows, channels] of a value whose last axis is channels. */
export function rowsAndChannels(shape: Shape): readonly [number, number] {
  const channels = shape[shape.length - 1];
  return [sizeOf(shape) / channels, channels];
}

/** The sum over rows of a gradient that exists only pooled: what ReLU shut off does not count. */
function emitPooledBiasGradient(context: LoweringContext, { gradient, choice, shape }: PooledGradient, y: Block): void {
  const [rows, channels] = rowsAndChannels(shape);
  const width = Math.ceil(channels / 8) * 8;
  const rowsPerTile = Math.max(1, Math.floor(elementsPerTile / width));
  const partCount = tilesFor(rows, rowsPerTile);
  const parts = context.temporary(4 * width * partCount, 'parts');
  context.step('pooledBiasGradient', [gradient, choice, parts, rows, channels, rowsPerTile], partCount);
  context.step('sumParts', [parts, y, partCount, 1, 1, 1, width, channels, width, 1], 1);
}

export const biasGradient: Lowering<object> = (context, node) => {
  const [dy] = node.inputs;
  const pooled = context.pooledGradient(dy);
  if (pooled) emitPooledBiasGradient(context, pooled, context.block(node));
  else
    emitReduction(context, 'reduceSum', context.block(dy), context.block(node), [1, ...rowsAndChannels(dy.type.shape)]);
};

export const channelMean: Lowering<object> = (context, node) => {
  const [x] = node.inputs;
  const [rows, channels] = rowsAndChannels(x.type.shape);
  emitReduction(context, 'reduceSum', context.block(x), context.block(node), [1, rows, channels], 1 / rows);
};

export const reduceMaxGradient: Lowering<ReductionAttributes> = (context, node) => {
  const [dy, x, y] = node.inputs;
  const { shape } = node.type;
  const groups = groupAxes(shape, node.attributes.axes);
  const reduced = groups.filter((group) => group.reduced);
  if (reduced.length === 0) {
    context.alias(node, dy);
    return;
  }
  const emit = (from: Argument, to: Argument, before: number, length: number, after: number): void => {
    const columns = Math.min(after, 256);
    const columnBlocks = Math.ceil(after / columns);
    const units = before * columnBlocks;
    const unitsPerTile = Math.max(1, Math.floor(elementsPerTile / (length * columns)));
    context.step(
      'reduceMaxGradient',
      [context.block(dy), from, context.block(y), to, length, after, columns, columnBlocks, units, unitsPerTile],
      tilesFor(units, unitsPerTile),
    );
  };
  if (reduced.length === 1) {
    const at = groups.indexOf(reduced[0]);
    const [before, after] = [product(groups.slice(0, at)), product(groups.slice(at + 1))];
    emit(context.block(x), context.block(node), before, reduced[0].size, after);
    return;
  }
  // Axes here and there: bring the reduced ones to the end, and the result back.
  const sizes = groups.map((group) => group.size);
  const order = [...groups.keys()].sort((a, b) => Number(groups[a].reduced) - Number(groups[b].reduced) || a - b);
  const ordered = order.map((axis) => sizes[axis]);
  const strides = stridesOf(sizes);
  const orderedStrides = stridesOf(ordered);
  const sorted = context.temporary(4 * sizeOf(sizes), 'sorted input');
  const sortedGradient = context.temporary(4 * sizeOf(sizes), 'sorted gradient');
  emitCopy(
    context,
    context.block(x),
    sorted,
    ordered,
    order.map((axis) => strides[axis]),
  );
  const length = product(reduced);
  emit(sorted, sortedGradient, sizeOf(sizes) / length, length, 1);
  const back = sizes.map((_, axis) => orderedStrides[order.indexOf(axis)]);
  emitCopy(context, sortedGradient, context.block(node), sizes, back);
};
