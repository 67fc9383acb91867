/** How pixels are interpolated when a picture is resized. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic';

export type { PictureSize } from '../platform/platform.js';

/** How pictures of all sizes are brought to a common size. */
export interface PictureGeometry {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 3 red-green-blue. */
  readonly channels: 1 | 3;
  /**
   * 'crop' keeps proportions and takes the centre, 'stretch' does not keep them, 'contain' pads the whole picture with
   * black, 'whole' keeps proportions and crops nothing: its pictures differ in size.
   */
  readonly fit: 'crop' | 'stretch' | 'contain' | 'whole';
  /** With 'crop' and 'whole', how much larger than the target the picture is resized before it is cropped; 1 or more. */
  readonly margin: number;
  readonly interpolation: Interpolation;
  /** Whether dark strokes on light ground are exchanged for light on dark. */
  readonly invert?: 'auto' | undefined;
  /** Whether colours are brought from the file's profile to sRGB when it is decoded. */
  readonly colorProfile?: 'convert' | undefined;
}

/** Where a picture goes: resized to `height` × `width`, with the target at (`top`, `left`). */
export interface Placement {
  readonly height: number;
  readonly width: number;
  /** Rows and columns that are kept; negative offsets mean padding around the picture. */
  readonly top: number;
  readonly left: number;
  readonly keepHeight: number;
  readonly keepWidth: number;
}

/** The largest aspect ratio of a 'whole' picture: anything longer is a banner, and would fill the memory. */
const longest = 4;

/** Where a picture of `width` × `height` goes. */
export function placement(geometry: PictureGeometry, width: number, height: number): Placement {
  const { fit, margin } = geometry;
  const target = { height: geometry.height, width: geometry.width };
  if (fit === 'stretch') {
    return { ...target, top: 0, left: 0, keepHeight: target.height, keepWidth: target.width };
  }
  const zooms = [target.height / height, target.width / width];
  const zoom = fit === 'contain' ? Math.min(...zooms) : Math.max(...zooms) * margin;
  // A little more, so that 149.99999 does not become 149.
  const scaled = (length: number): number => Math.floor(length * zoom + 1e-6);
  const least = fit === 'contain' ? { height: 1, width: 1 } : target;
  const sized = { height: Math.max(least.height, scaled(height)), width: Math.max(least.width, scaled(width)) };
  const kept = fit === 'whole' ? within(sized, target, margin) : target;
  return {
    ...sized,
    top: middle(sized.height - kept.height),
    left: middle(sized.width - kept.width),
    keepHeight: kept.height,
    keepWidth: kept.width,
  };
}

/** Half of the difference, rounded half to even, as in torchvision's CenterCrop. */
function middle(spare: number): number {
  const half = Math.floor(spare / 2);
  return spare > 0 && spare % 2 === 1 && half % 2 === 1 ? half + 1 : half;
}

function within<S extends { height: number; width: number }>(sized: S, target: S, margin: number): S {
  const limit = (side: 'height' | 'width'): number =>
    Math.min(sized[side], Math.ceil(Math.max(target.height, target.width) * margin * longest));
  return { ...sized, height: limit('height'), width: limit('width') };
}
