import { sizeOf, Tensor } from '../tensor/index.js';

/** Which axis of a batch of pictures the channels are: the last, or the one behind the batch. */
export type ChannelOrder = 'NHWC' | 'NCHW';

/** Elements [batch, rows, columns] as [batch, columns, rows]. */
function exchange({ data }: Tensor<'float32'>, rows: number, columns: number): Float32Array {
  const area = rows * columns;
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += area) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        result[start + column * rows + row] = data[start + row * columns + column];
      }
    }
  }
  return result;
}

/** Pictures [N, C, H, W] as [N, H, W, C]; any other tensor stays as it is. */
export function toChannelsLast(x: Tensor<'float32'>): Tensor<'float32'> {
  if (x.shape.length !== 4) return x;
  const [count, channels, height, width] = x.shape;
  return new Tensor('float32', [count, height, width, channels], exchange(x, channels, height * width));
}

/** Pictures [N, H, W, C] as [N, C, H, W]; any other tensor stays as it is. */
export function toChannelsFirst(x: Tensor<'float32'>): Tensor<'float32'> {
  if (x.shape.length !== 4) return x;
  const [count, height, width, channels] = x.shape;
  const size = sizeOf([height, width]);
  return new Tensor('float32', [count, channels, height, width], exchange(x, size, channels));
}
