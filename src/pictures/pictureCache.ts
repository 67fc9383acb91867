import type { PictureGeometry } from './pictureGeometry.js';
import type { Pixels } from './pictureTransform.js';

/** A cache of decoded, resized pictures: they are decoded once and augmented every epoch. */
export interface KeptPictures {
  /** The picture of a file with this geometry, if cached. */
  get(file: number, geometry: PictureGeometry): Pixels | undefined;
  /** Whether one more picture with this geometry fits. */
  hasRoom(geometry: PictureGeometry): boolean;
  /** Caches a picture if it fits. */
  offer(file: number, geometry: PictureGeometry, pixels: Pixels): void;
}

/**
 * Decoded pictures in memory, within a budget. The first pictures stay: an epoch goes through all of them, so evicting the
 * oldest would evict exactly what is needed next.
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

/** The bytes of a picture with this geometry; for 'whole' pictures, those of a square one. */
export function pictureBytes({ height, width, channels, margin }: PictureGeometry): number {
  return height * width * channels * margin * margin;
}

/** A key that is equal for geometries that decode a file to the same pixels. */
export function geometryKey(geometry: PictureGeometry): string {
  const { height, width, channels, fit, margin, interpolation, invert, colorProfile } = geometry;
  return [height, width, channels, fit, margin, interpolation, invert, colorProfile].join(' ');
}
