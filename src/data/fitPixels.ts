import type { Pixels } from './pictureTransform.js';

/**
 * A picture at exactly this size: its middle, cut to the target's proportions, then averaged (smaller) or interpolated
 * bilinearly (larger). A picture of that size already is given back as it is.
 */
export function fitPixels(pixels: Pixels, height: number, width: number): Pixels {
  if (pixels.height === height && pixels.width === width) return pixels;
  const { channels, data } = pixels;
  const zoom = Math.min(pixels.height / height, pixels.width / width);
  const rows = weights(pixels.height, height, zoom);
  const columns = weights(pixels.width, width, zoom);
  const wide = new Float32Array(pixels.height * width * channels);
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < width; x++) {
      const { start, share } = columns[x];
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < share.length; k++) sum += share[k] * data[(y * pixels.width + start + k) * channels + c];
        wide[(y * width + x) * channels + c] = sum;
      }
    }
  }
  const result = new Uint8ClampedArray(height * width * channels);
  const row = width * channels;
  const sums = new Float32Array(row);
  for (let y = 0; y < height; y++) {
    const { start, share } = rows[y];
    sums.fill(0);
    for (let k = 0; k < share.length; k++) {
      const from = (start + k) * row;
      for (let x = 0; x < row; x++) sums[x] += share[k] * wide[from + x];
    }
    result.set(sums, y * row);
  }
  return { data: result, width, height, channels };
}

/** Which source pixels make up each target pixel, and how much each counts (a triangle as wide as the reduction). */
function weights(length: number, target: number, zoom: number): { start: number; share: number[] }[] {
  const margin = (length - target * zoom) / 2;
  const reach = Math.max(1, zoom);
  return Array.from({ length: target }, (_, i) => {
    const centre = margin + (i + 0.5) * zoom - 0.5;
    const start = Math.max(0, Math.ceil(centre - reach));
    const end = Math.min(length - 1, Math.floor(centre + reach));
    const share: number[] = [];
    for (let at = start; at <= end; at++) share.push(Math.max(0, 1 - Math.abs(at - centre) / reach));
    const sum = share.reduce((a, b) => a + b, 0);
    // A centre exactly on a border pixel's edge keeps that pixel.
    return sum > 0 ? { start, share: share.map((part) => part / sum) } : { start, share: [1] };
  });
}
