import type { Reference } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import type { Interpolation, UpSampling2dAttributes } from './upSampling2d.js';

/** One input position that an output position is made of, and its share. */
interface Source {
  readonly from: number;
  readonly share: number;
}

const sourcesOf: Readonly<Record<Interpolation, (o: number, size: number, factor: number) => readonly Source[]>> = {
  nearest: (o, _size, factor) => [{ from: Math.floor(o / factor), share: 1 }],
  bilinear(o, size, factor) {
    const place = (o + 0.5) / factor - 0.5;
    const before = Math.floor(place);
    const share = place - before;
    const inside = (at: number): number => Math.min(Math.max(at, 0), size - 1);
    return [
      { from: inside(before), share: 1 - share },
      { from: inside(before + 1), share },
    ];
  },
};

/** Visits every product of an input element and its share in an output element, by flat positions. */
function visitSources(
  [batch, height, width, channels]: Shape,
  { size, interpolation }: UpSampling2dAttributes,
  visit: (x: number, y: number, share: number) => void,
): void {
  const outHeight = height * size[0];
  const outWidth = width * size[1];
  for (let n = 0; n < batch; n++)
    for (let oh = 0; oh < outHeight; oh++)
      for (const row of sourcesOf[interpolation](oh, height, size[0]))
        for (let ow = 0; ow < outWidth; ow++)
          for (const column of sourcesOf[interpolation](ow, width, size[1])) {
            const x = ((n * height + row.from) * width + column.from) * channels;
            const y = ((n * outHeight + oh) * outWidth + ow) * channels;
            for (let c = 0; c < channels; c++) visit(x + c, y + c, row.share * column.share);
          }
}

export const upSampling2dReference: Reference<UpSampling2dAttributes> = ([x], attributes, y) => {
  visitSources(x.shape, attributes, (xi, yi, share) => (y.data[yi] += share * x.data[xi]));
};

export const upSampling2dGradientReference: Reference<UpSampling2dAttributes> = ([dy], attributes, dx) => {
  visitSources(dx.shape, attributes, (xi, yi, share) => (dx.data[xi] += share * dy.data[yi]));
};
