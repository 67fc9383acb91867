import type { Random } from '../../tensor/index.js';
import type { Ink } from './ink.js';

/**
 * Bends ink as if it were drawn on rubber: every point moves by a smooth random field (a few plane waves with
 * wavelengths from half the drawing to twice its size; after Simard, Steinkraus & Platt 2003, whose field is blurred
 * noise).
 *
 * @param strength standard deviation of the movement, where the drawing is about 1 × 1
 */
export function elastic(ink: Ink, random: Random, strength: number): void {
  const waves = 4;
  const amplitude = strength * Math.sqrt(2 / waves);
  for (let wave = 0; wave < waves; wave++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const frequency = random.uniform(0.5, 2) * 2 * Math.PI;
    const kx = Math.cos(angle) * frequency;
    const ky = Math.sin(angle) * frequency;
    const phaseX = random.uniform(0, 2 * Math.PI);
    const phaseY = random.uniform(0, 2 * Math.PI);
    for (let i = 0; i < ink.length; i++) {
      const position = kx * ink.x[i] + ky * ink.y[i];
      ink.x[i] += amplitude * Math.sin(position + phaseX);
      ink.y[i] += amplitude * Math.sin(position + phaseY);
    }
  }
}
