import type { MapData } from '../../parts/drawMap.js';
import { kernelNames, type Kernel } from './kernels.js';
import { say } from './strings.js';

/** The names of a picture's channels. */
export function channelNames(channels: number): readonly string[] {
  return channels === 3 ? [say.red, say.green, say.blue] : [say.grey];
}

/** A kernel by its name in words. */
export function kernelSaid({ name, size }: Kernel): string {
  if (kernelNames.includes(name)) return say[name as 'blur'];
  return /^\d$/.test(name) ? say.ones(size) : say.own;
}

/** A slice of a kernel as cells to draw: zero is the ground. */
export function weightsMap(slice: readonly number[], size: number): MapData {
  const most = Math.max(...slice.map(Math.abs), 1e-9);
  return { height: size, width: size, data: slice, low: -most, high: most, colours: 'diverging' };
}
