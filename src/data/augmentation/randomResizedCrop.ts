import type { Random } from '../../tensor/index.js';
import { crop, type Frame } from './affineMatrix.js';
import { ratio, share } from './optionChecks.js';
import type { RandomResizedCropOptions } from './augmentationOptions.js';
import type { StepKind } from './augmentationStep.js';

/** A rectangle of whole pixels. */
export interface Rectangle extends Frame {
  readonly top: number;
  readonly left: number;
}

const attempts = 10;

/** The rectangle that torchvision's RandomResizedCrop would take; the centre if ten attempts do not fit. */
function drawCrop(options: RandomResizedCropOptions, { height, width }: Frame, random: Random): Rectangle {
  const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3] } = options;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const area = height * width * random.uniform(scale[0], scale[1]);
    const aspect = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const columns = Math.round(Math.sqrt(area * aspect));
    const rows = Math.round(Math.sqrt(area / aspect));
    if (columns < 1 || columns > width || rows < 1 || rows > height) continue;
    const top = random.integer(height - rows + 1);
    return { top, left: random.integer(width - columns + 1), height: rows, width: columns };
  }
  const own = width / height;
  const rows = own < ratio[0] ? Math.min(height, Math.round(width / ratio[0])) : height;
  const columns = own > ratio[1] ? Math.min(width, Math.round(height * ratio[1])) : width;
  return { top: (height - rows) >> 1, left: (width - columns) >> 1, height: rows, width: columns };
}

/** Pictures for random crops are cached larger than the result, up to this factor. */
const mostEnlarged = 2;

/** A random crop, resized to the target. */
export const randomResizedCrop: StepKind<RandomResizedCropOptions> = {
  checks: { scale: share, ratio },
  crops: true,
  enlarge: ({ scale }) => Math.min(mostEnlarged, 1 / Math.sqrt(scale?.[0] ?? 0.08)),
  draw(options, frame, target, random) {
    const part = drawCrop(options, frame, random);
    return {
      matrix: crop(part.top, part.left, part, target),
      frame: target,
      scale: [Math.min(1, part.height / target.height), Math.min(1, part.width / target.width)],
    };
  },
};
