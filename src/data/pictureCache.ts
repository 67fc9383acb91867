import type { PictureGeometry } from './pictureGeometry.js';
import type { Pixels } from './pictureTransform.js';

/**
 * Decoded pictures, already at their small size, within a budget: what is decoded once is augmented every epoch. The
 * pictures that came first stay. An epoch goes through all of them, so that throwing out the oldest would throw out exactly
 * what is needed next.
 */
export class PictureCache {
  private readonly pictures = new Map<string, Map<number, Pixels>>();
  private bytes = 0;

  constructor(private readonly budget: number) {}

  /** The picture of a file at these sizes, if it was kept. */
  get(file: number, geometry: PictureGeometry): Pixels | undefined {
    return this.pictures.get(geometryKey(geometry))?.get(file);
  }

  /** Whether one more picture of these sizes has room. */
  hasRoom({ height, width, channels, margin }: PictureGeometry): boolean {
    return this.bytes + height * width * channels * margin * margin <= this.budget;
  }

  /** Keeps a picture if it has room. */
  offer(file: number, geometry: PictureGeometry, pixels: Pixels): void {
    const { length } = pixels.data;
    if (this.bytes + length > this.budget) return;
    const key = geometryKey(geometry);
    let files = this.pictures.get(key);
    if (!files) this.pictures.set(key, (files = new Map<number, Pixels>()));
    if (files.has(file)) return;
    files.set(file, pixels);
    this.bytes += length;
  }
}

function geometryKey({ height, width, channels, fit, margin, interpolation }: PictureGeometry): string {
  return [height, width, channels, fit, margin, interpolation].join(' ');
}
