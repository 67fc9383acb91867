import { zeros, type Shape, type Tensor } from '../../tensor/index.js';

/** One number for each pixel: numbers of shape [N, H, W, C], joined over the channels → `[N, H, W]`. */
export function overChannels(
  data: ArrayLike<number>,
  shape: Shape,
  join: (a: number, b: number) => number,
): Tensor<'float32'> {
  const channels = shape[3];
  const map = zeros(shape.slice(0, 3));
  for (let i = 0; i < map.size; i++) {
    let joined = data[i * channels];
    for (let c = 1; c < channels; c++) joined = join(joined, data[i * channels + c]);
    map.data[i] = joined;
  }
  return map;
}
