import {
  localResponseWindow,
  type LocalResponseNormalizationAttributes,
} from '../../../ops/localResponseNormalization.js';
import { sizeOf } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering } from '../lowering.js';
import { float } from '../step.js';

/** Elements in a tile: each costs a root or a logarithm, and as many additions as the window has channels. */
const perTile = elementsPerTile / 4;

/** A kernel over rows of channels that keeps so many rows of its own. */
function overChannels(
  kernel: 'localResponseNormalization' | 'localResponseNormalizationGradient',
  keptRows: number,
): Lowering<LocalResponseNormalizationAttributes> {
  return (context, node) => {
    const { shape } = node.type;
    const { size, alpha, beta, bias } = node.attributes;
    const channels = shape[shape.length - 1];
    const rows = sizeOf(shape.slice(0, -1));
    const rowsPerTile = Math.max(1, Math.floor(perTile / channels));
    const [before, after] = localResponseWindow(size).map((reach) => Math.min(reach, channels - 1));
    // A kept row has zeros on both sides and space for a whole last vector; workers keep apart by cache lines.
    const scratchPerWorker = Math.ceil((keptRows * 4 * (before + after + channels + 4)) / 64) * 64;
    const inputs = node.inputs.map((input) => context.block(input));
    const [x, dy = x] = [...inputs].reverse();
    context.step(
      kernel,
      [
        [dy, x, context.block(node), context.scratch(scratchPerWorker, 'squares of channels'), scratchPerWorker],
        [rows, rowsPerTile, channels, before, after, float(alpha / size), float(beta), float(bias)],
      ],
      tilesFor(rows, rowsPerTile),
    );
  };
}

export const localResponseNormalization = overChannels('localResponseNormalization', 1);
export const localResponseNormalizationGradient = overChannels('localResponseNormalizationGradient', 2);
