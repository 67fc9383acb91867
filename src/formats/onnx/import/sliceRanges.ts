import type { OnnxNode } from './onnxNode.js';

/** Positions that a slice takes along an axis of this size. */
export function slicePositions(size: number, start: number, end: number, step: number): number[] {
  const bound = (n: number): number => {
    const counted = n < 0 ? n + size : n;
    return step > 0 ? Math.min(Math.max(counted, 0), size) : Math.min(Math.max(counted, -1), size - 1);
  };
  const positions: number[] = [];
  const last = bound(end);
  for (let i = bound(start); step > 0 ? i < last : i > last; i += step) positions.push(i);
  return positions;
}

/** Starts, ends and steps of a slice by axis. */
export function sliceRanges(
  node: OnnxNode,
  rank: number,
): { readonly axis: number; readonly start: number; readonly end: number; readonly step: number }[] {
  const starts = node.listed('starts', 1) ?? [];
  const ends = node.listed('ends', 2) ?? [];
  const axes = node.listed('axes', 3) ?? starts.map((_, i) => i);
  const steps = node.numbers(4, 'steps') ?? starts.map(() => 1);
  return starts.map((start, i) => ({ axis: node.axis(axes[i], rank), start, end: ends[i], step: steps[i] || 1 }));
}
