import { zeros, type Tensor } from '../tensor/index.js';

/**
 * A map [h, w] at another size, bilinearly between the centres of its cells, as OpenCV and PyTorch (`align_corners=False`)
 * resize; or with the outer cells' centres on the picture's corners.
 */
export function resizedMap(
  map: Tensor<'float32'>,
  height: number,
  width: number,
  align: 'centres' | 'corners' = 'centres',
): Tensor<'float32'> {
  const [rows, columns] = map.shape;
  if (rows === height && columns === width) return map;
  const sized = zeros([height, width]);
  const along = (length: number, cells: number) =>
    Array.from({ length }, (_, i) => {
      const place =
        align === 'centres' ? ((i + 0.5) * cells) / length - 0.5 : (i * (cells - 1)) / Math.max(length - 1, 1);
      const at = Math.min(Math.max(place, 0), cells - 1);
      const first = Math.floor(at);
      return { first, next: Math.min(first + 1, cells - 1), share: at - first };
    });
  const across = along(width, columns);
  along(height, rows).forEach((down, y) => {
    across.forEach(({ first, next, share }, x) => {
      const at = (row: number): number =>
        map.data[row * columns + first] * (1 - share) + map.data[row * columns + next] * share;
      sized.data[y * width + x] = at(down.first) * (1 - down.share) + at(down.next) * down.share;
    });
  });
  return sized;
}
