import { RunLengthMask, type FrameSize } from '../geometry/index.js';
import type { PlacedPicture } from '../pictures/preparePicture.js';
import type { Shape, Tensor } from '../tensor/index.js';

/** The labels of a picture's pixels: scores are interpolated between the network's pixels, and the best is taken. */
export function labelsOf(
  scores: Float32Array,
  [height, width, classes]: Shape,
  {
    size,
    place,
  }: { readonly size: FrameSize; readonly place: FrameSize & { readonly top: number; readonly left: number } },
): Uint8Array | Uint16Array {
  const labels = new (classes > 256 ? Uint16Array : Uint8Array)(size.height * size.width);
  const between = (length: number, from: number, zoom: number, inside: number) =>
    Array.from({ length }, (_, i) => {
      const at = Math.min(Math.max((i + 0.5) * zoom - 0.5 - from, 0), inside - 1);
      const first = Math.floor(at);
      return { first, second: Math.min(first + 1, inside - 1), share: at - first };
    });
  const rows = between(size.height, place.top, place.height / size.height, height);
  const columns = between(size.width, place.left, place.width / size.width, width);
  const line = new Float32Array(width * classes);
  rows.forEach(({ first, second, share }, y) => {
    for (let i = 0; i < line.length; i++) {
      const above = scores[first * line.length + i];
      line[i] = above + share * (scores[second * line.length + i] - above);
    }
    columns.forEach((column, x) => {
      let best = 0;
      let highest = -Infinity;
      for (let label = 0; label < classes; label++) {
        const before = line[column.first * classes + label];
        const score = before + column.share * (line[column.second * classes + label] - before);
        if (score > highest) [best, highest] = [label, score];
      }
      labels[y * size.width + x] = best;
    });
  });
  return labels;
}

/** What each pixel of a picture belongs to. */
export interface SegmentedPicture extends FrameSize {
  /** The class of each pixel, row by row, 0 the background. */
  readonly labels: Uint8Array | Uint16Array;
  readonly classNames: readonly string[];
  /** How many pixels are of each class. */
  readonly areas: readonly number[];
  /** The pixels of a class. */
  readonly mask: (label: number) => RunLengthMask;
}

/**
 * What a network's scores say of a picture's pixels, at its own size.
 *
 * @param scores - of this picture alone, [1, height, width, classes]
 */
export function segmentedPicture(
  { data, shape }: Tensor<'float32'>,
  { size, place }: Pick<PlacedPicture, 'size' | 'place'>,
  classNames: readonly string[],
): SegmentedPicture {
  const labels = labelsOf(data, shape.slice(1), { size, place });
  const areas = classNames.map(() => 0);
  for (const label of labels) areas[label]++;
  const { height, width } = size;
  const mask = (label: number): RunLengthMask =>
    RunLengthMask.fromArray(
      labels.map((own) => (own === label ? 1 : 0)),
      height,
      width,
    );
  return { height, width, labels, classNames, areas, mask };
}
