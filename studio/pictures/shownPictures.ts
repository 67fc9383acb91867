import type { DataSet, Tensor } from 'striate';

/** Pictures as they are drawn: four bytes a pixel. */
export interface ShownPicture {
  readonly height: number;
  readonly width: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Pictures of a batch, brought back from the range that a model wants to that of a screen. */
export function shownPictures({ shape, data }: Tensor, preprocessing: DataSet['preprocessing']): ShownPicture[] {
  const [count, height, width, channels] = shape;
  const { mean = [0], std = [1], channels: order } = preprocessing ?? {};
  return Array.from({ length: count }, (_, n) => {
    const rgba = new Uint8ClampedArray(4 * height * width);
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < 3; c++) {
        const from = channels === 1 ? 0 : order === 'BGR' ? 2 - c : c;
        const value = data[(n * height * width + i) * channels + from];
        rgba[4 * i + c] = 255 * (value * std[from % std.length] + mean[from % mean.length]);
      }
      rgba[4 * i + 3] = 255;
    }
    return { height, width, rgba };
  });
}

/** Numbers of examples of all classes in turn; the first ones where a set does not tell its classes. */
export function spread(set: DataSet, count: number): number[] {
  const most = Math.min(count, set.size);
  const byClass = set.classNames.map((): number[] => []);
  for (let i = 0; i < set.size && set.label; i++) {
    const own = byClass[set.label(i)];
    if (own.length < most) own.push(i);
  }
  const chosen: number[] = [];
  for (let turn = 0; chosen.length < most && turn < most; turn++) {
    for (const own of byClass) if (turn < own.length && chosen.length < most) chosen.push(own[turn]);
  }
  return chosen.length === most ? chosen : Array.from({ length: most }, (_, i) => i);
}
