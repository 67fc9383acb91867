import type { Place } from '../../address/parameters.js';
import type { StudioPicture } from '../../pictures/picture.js';
import type { CellSum } from './arithmetic.js';
import type { WindowSettings } from './geometry.js';
import type { Kernel } from './kernels.js';

/** All that a position of the window is made of. */
export interface Slide {
  readonly picture: StudioPicture;
  readonly kernel: Kernel;
  readonly settings: WindowSettings;
  readonly at: Place;
  readonly sum: CellSum;
  /** The map's. */
  readonly height: number;
  readonly width: number;
  readonly drawn: number;
  readonly isMatch: boolean;
  readonly relu: boolean;
}
