import { Tensor } from '../../src/index.js';

/** Pictures of bytes as 0–1, each pixel taken from another; pixels from outside are black. */
export function resampled(
  x: Tensor,
  source: { readonly row: (at: number) => number; readonly column: (at: number) => number },
): Tensor<'float32'> {
  const [count, height, width] = x.shape;
  const data = Float32Array.from({ length: x.size }, (_, i) => {
    const row = source.row(Math.floor(i / width) % height);
    const column = source.column(i % width);
    const inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? x.data[(Math.floor(i / (height * width)) * height + row) * width + column] / 255 : 0;
  });
  return new Tensor('float32', [count, height, width, 1], data);
}

/** Pictures of bytes as 0–1, `by` pixels further down and right. */
export function moved(x: Tensor, by: number): Tensor<'float32'> {
  return resampled(x, { row: (at) => at - by, column: (at) => at - by });
}
