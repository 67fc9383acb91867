import type { FrameSize, PlacedFrame } from '../geometry/index.js';
import type { PlacedPicture } from '../pictures/preparePicture.js';
import type { Tensor } from '../tensor/index.js';

/** A picture as a network takes it, and where it lies there. */
export interface PreparedPicture {
  /** [H, W, C]. */
  readonly x: Tensor<'float32'>;
  /** The picture's own. */
  readonly size: FrameSize;
  /** Where the picture lies in the network's input: `placeBox` brings its boxes there, `unplaceBox` brings boxes back. */
  readonly frame: PlacedFrame;
}

/** A picture where its preprocessing has put it. */
export function preparedPicture({ x, size, place }: PlacedPicture): PreparedPicture {
  const [scaleX, scaleY] = [place.width / size.width, place.height / size.height];
  return { x, size, frame: { scaleX, scaleY, left: -place.left, top: -place.top } };
}
