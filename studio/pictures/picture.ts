/** A picture as the studio shows and computes it. */
export interface StudioPicture {
  /** Its name in an address: `x`, `digit-7`, `file:3fa9…`, `data:photos/owl.jpg`, `draw:9:…`. */
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /** 1 or 3 (red, green, blue). */
  readonly channels: number;
  /** Row by row, the channels of a pixel side by side. */
  readonly data: Float32Array;
  /** The numbers that are drawn darkest and lightest. */
  readonly low: number;
  readonly high: number;
  /** Grey photographs are drawn in grey; ink and numbers from the ground's colour to ink. */
  readonly kind: 'ink' | 'numbers' | 'photo';
}

/** A picture's number at a place. */
export function pixel(picture: StudioPicture, row: number, column: number, channel = 0): number {
  return picture.data[(row * picture.width + column) * picture.channels + channel];
}
