/** A picture's size: rows, columns, and channels, 1 (grey) or 3 (red, green, blue). */
export type PictureShape = readonly [height: number, width: number, channels: 1 | 3];

/** The shape of a picture at a smaller size, sides in proportion; its own where it is small enough. */
export function thumbnailShape([height, width, channels]: PictureShape, most: number): PictureShape {
  const scale = Math.min(1, most / Math.max(height, width));
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale)), channels];
}

/**
 * Brings a picture to a smaller size: every pixel is the mean of those that it stands for.
 *
 * @param rgba four bytes a pixel, row by row
 * @param to receives the bytes, one or three a pixel
 */
export function thumbnail(
  { height, width, rgba }: { readonly height: number; readonly width: number; readonly rgba: Uint8ClampedArray },
  [rows, columns, channels]: PictureShape,
  to: Uint8Array,
): void {
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [Math.floor((row * height) / rows), Math.ceil(((row + 1) * height) / rows)];
    for (let column = 0; column < columns; column++) {
      const [left, right] = [Math.floor((column * width) / columns), Math.ceil(((column + 1) * width) / columns)];
      const count = (bottom - top) * (right - left);
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += rgba[4 * (y * width + x) + c];
        to[(row * columns + column) * channels + c] = Math.round(sum / count);
      }
    }
  }
}

/** A thumbnail's bytes as they are drawn: four a pixel. */
export function thumbnailColours(
  bytes: ArrayLike<number>,
  [, , channels]: PictureShape,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((4 * bytes.length) / channels);
  for (let i = 0; 4 * i < rgba.length; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = bytes[i * channels + Math.min(c, channels - 1)];
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
