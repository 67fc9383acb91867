import type { Reference } from '../graph/index.js';
import type { Resize2dAttributes } from './resize2d.js';
import { resizeShares } from './resizeShares.js';

/** Visits every product of an input element and its share in an output element, by flat positions. */
function visitShares(
  [batch, , , channels]: readonly number[],
  attributes: Resize2dAttributes,
  visit: (x: number, y: number, share: number) => void,
): void {
  const { from, to } = attributes;
  const [rows, columns] = [resizeShares(attributes, 0), resizeShares(attributes, 1)];
  for (let n = 0; n < batch; n++)
    rows.forEach((upper, oh) => {
      for (const row of upper)
        columns.forEach((left, ow) => {
          for (const column of left) {
            const x = ((n * from[0] + row.position) * from[1] + column.position) * channels;
            const y = ((n * to[0] + oh) * to[1] + ow) * channels;
            for (let c = 0; c < channels; c++) visit(x + c, y + c, row.share * column.share);
          }
        });
    });
}

export const resize2dReference: Reference<Resize2dAttributes> = ([x], attributes, y) => {
  visitShares(x.shape, attributes, (xi, yi, share) => (y.data[yi] += share * x.data[xi]));
};

export const resize2dGradientReference: Reference<Resize2dAttributes> = ([dy], attributes, dx) => {
  visitShares(dx.shape, attributes, (xi, yi, share) => (dx.data[xi] += share * dy.data[yi]));
};
