import type { PictureGeometry } from './pictureGeometry.js';
import type { Pixels } from './pictureTransform.js';

/** Where decoded pictures, already at their small size, are kept: what is decoded once is augmented every epoch. */
export interface KeptPictures {
  /** The picture of a file at these sizes, if it was kept. */
  get(file: number, geometry: PictureGeometry): Pixels | undefined;
  /** Whether one more picture of these sizes has room. */
  hasRoom(geometry: PictureGeometry): boolean;
  /** Keeps a picture if it has room. */
  offer(file: number, geometry: PictureGeometry, pixels: Pixels): void;
}

/**
 * Decoded pictures in memory, within a budget. The pictures that came first stay. An epoch goes through all of them, so that
 * throwing out the oldest would throw out exactly what is needed next.
 */
export class PictureCache implements KeptPictures {
  private readonly pictures = new Map<string, Map<number, Pixels>>();
  private bytes = 0;

  constructor(private readonly budget: number) {}

  get(file: number, geometry: PictureGeometry): Pixels | undefined {
    return this.pictures.get(geometryKey(geometry))?.get(file);
  }

  hasRoom(geometry: PictureGeometry): boolean {
    return this.bytes + pictureBytes(geometry) <= this.budget;
  }

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

/** What a picture of these sizes takes; where whole pictures are kept, what a square one takes. */
export function pictureBytes({ height, width, channels, margin }: PictureGeometry): number {
  return height * width * channels * margin * margin;
}

/** The same for geometries that decode a file to the same pixels. */
export function geometryKey({ height, width, channels, fit, margin, interpolation }: PictureGeometry): string {
  return [height, width, channels, fit, margin, interpolation].join(' ');
}
