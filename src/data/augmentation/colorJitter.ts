import type { Random } from '../../tensor/index.js';
import type { ColourPass } from './colourPass.js';
import type { ColorJitterOptions } from './options.js';

const kinds = ['brightness', 'contrast', 'saturation', 'hue'] as const satisfies (keyof ColorJitterOptions)[];

/** The range a number or a pair stands for. */
function rangeOf(value: number | readonly [number, number], middle: number): readonly [number, number] {
  if (typeof value !== 'number') return value;
  return [middle === 0 ? -value : Math.max(0, middle - value), middle + value];
}

/** Draws and applies a colour jitter: each kind once, in random order. */
export function applyColorJitter(options: ColorJitterOptions, pass: ColourPass, random: Random): void {
  for (const at of random.shuffle([0, 1, 2, 3])) {
    const kind = kinds[at];
    const value = options[kind];
    if (value === undefined) continue;
    const [low, high] = rangeOf(value, kind === 'hue' ? 0 : 1);
    pass[kind](random.uniform(low, high));
  }
}
