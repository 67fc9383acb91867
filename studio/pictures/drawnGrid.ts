import type { StudioPicture } from './picture.js';

/** A grid of ink and paper that the user draws: small enough to be written out in an address, `draw:9:…`. */
export interface DrawnGrid {
  readonly size: number;
  /** Row by row, whether there is ink. */
  readonly ink: readonly boolean[];
}

/** A grid by its name; undefined for other names. */
export function readGrid(name: string): DrawnGrid | undefined {
  const found = /^draw:(\d{1,2}):([\w-]*)$/.exec(name);
  if (!found) return undefined;
  const size = Number(found[1]);
  if (size < 2 || size > 32) return undefined;
  const bits = Array.from(found[2], (letter) => alphabet.indexOf(letter).toString(2).padStart(6, '0')).join('');
  return { size, ink: Array.from({ length: size * size }, (_, i) => bits[i] === '1') };
}

/** A grid's name: six cells a letter, empty ones at the end left out. */
export function gridName({ size, ink }: DrawnGrid): string {
  const letters = Array.from({ length: Math.ceil(ink.length / 6) }, (_, i) => {
    const bits = Array.from({ length: 6 }, (_unused, k) => (ink[6 * i + k] ? '1' : '0')).join('');
    return alphabet[parseInt(bits, 2)];
  });
  return `draw:${size}:${letters.join('').replace(/A+$/, '')}`;
}

/** A drawn grid as a picture: ink is 1, paper −1, as in the lectures. */
export function gridPicture(name: string): StudioPicture | undefined {
  const grid = readGrid(name);
  if (!grid) return undefined;
  const data = Float32Array.from(grid.ink, (inked) => (inked ? 1 : -1));
  return { name, height: grid.size, width: grid.size, channels: 1, data, low: -1, high: 1, kind: 'ink' };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
