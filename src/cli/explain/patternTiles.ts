import { seenPicture, type Pattern } from '../../explain/index.js';
import type { PictureTile } from '../../report/tiles.js';

/** A pattern as a tile. */
export function patternTile(pattern: Pattern, name: string): PictureTile {
  const { activation, noise } = pattern;
  const silent = activation === 0;
  return {
    picture: seenPicture(pattern),
    name,
    note: silent ? 'silent' : `${short(activation)} (noise ${short(noise)})`,
    silent,
  };
}

/** A number in three digits: `12.3`, `1,230`, `0.00123`. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return size >= 0.001 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}
