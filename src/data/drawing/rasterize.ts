import type { Ink } from './ink.js';

/**
 * Draws ink into a picture with soft edges: a pixel's value is how far its centre lies inside the nearest stroke, as a
 * ramp `softness` pixels wide (1 is ordinary anti-aliasing, more is blurred). Strokes that cross do not add up.
 *
 * @param ink points in pixels; pixel (0, 0) has its centre at (0.5, 0.5)
 * @param out receives height × width values from 0 to 1
 */
export function rasterize(ink: Ink, width: number, height: number, softness: number, out: Float32Array): void {
  out.fill(0);
  const slope = 1 / softness;
  for (let i = 0; i < ink.length; i++) {
    const next = i + 1 < ink.length && ink.begins[i + 1] === 0;
    if (!next && ink.begins[i] === 0) continue;
    const x0 = ink.x[i];
    const y0 = ink.y[i];
    const r0 = ink.radius[i];
    const j = next ? i + 1 : i;
    const dx = ink.x[j] - x0;
    const dy = ink.y[j] - y0;
    const dr = ink.radius[j] - r0;
    const squared = dx * dx + dy * dy;
    const inverse = squared > 0 ? 1 / squared : 0;
    const reach = Math.max(r0, r0 + dr) + softness / 2 + 0.5;
    const left = Math.max(0, Math.floor(Math.min(x0, x0 + dx) - reach));
    const right = Math.min(width, Math.ceil(Math.max(x0, x0 + dx) + reach));
    const top = Math.max(0, Math.floor(Math.min(y0, y0 + dy) - reach));
    const bottom = Math.min(height, Math.ceil(Math.max(y0, y0 + dy) + reach));
    for (let row = top; row < bottom; row++) {
      const py = row + 0.5 - y0;
      for (let column = left; column < right; column++) {
        const px = column + 0.5 - x0;
        let t = (px * dx + py * dy) * inverse;
        if (t < 0) t = 0;
        else if (t > 1) t = 1;
        const ex = px - t * dx;
        const ey = py - t * dy;
        const value = (r0 + t * dr - Math.sqrt(ex * ex + ey * ey)) * slope + 0.5;
        const at = row * width + column;
        if (value > out[at]) out[at] = value < 1 ? value : 1;
      }
    }
  }
}
