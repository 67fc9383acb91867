import type { GraphBuilder, Node } from '../../graph/index.js';
import { matmul, reshape, sigmoid, transpose } from '../../ops/index.js';
import type { Random, Shape } from '../../tensor/index.js';

/**
 * How much red, green and blue vary together in photographs: the square root of their covariance over ImageNet, by its largest
 * column (Olah, Mordvintsev & Schubert 2017). Its columns are light, blue against red, and green against both.
 */
const photographColours = [
  [0.26, 0.09, 0.02],
  [0.27, 0, -0.05],
  [0.27, -0.09, 0.03],
] as const;
const largestColumn = Math.hypot(...photographColours.map(([light]) => light));

/**
 * What patterns are made of: waves of all frequencies (the cosines of JPEG), the long ones larger as in photographs, in colours
 * that vary independently in them. Gradients then climb towards shapes rather than towards a noise of single pixels.
 */
export class PatternBasis {
  /** How large each wave is: [height, width]. */
  private readonly sizes: Float32Array;

  /**
   * @param shape [height, width, channels] of the pictures
   * @param decay by which power of their frequency waves are smaller: 1 in photographs, 0 for pixels by themselves
   * @param reversed whether the channels are blue, green and red
   */
  constructor(
    private readonly shape: Shape,
    decay: number,
    private readonly reversed = false,
  ) {
    const [height, width] = shape;
    const lowest = 1 / Math.max(height, width);
    this.sizes = Float32Array.from({ length: height * width }, (_, i) => {
      const frequency = Math.hypot(Math.floor(i / width) / (2 * height), (i % width) / (2 * width));
      return 0.25 / Math.max(frequency, lowest) ** decay;
    });
  }

  /** Starting coefficients [channels, height, width] of a grey picture with a little noise. */
  noise(random: Random): Float32Array {
    const [height, width, channels] = this.shape;
    return Float32Array.from({ length: channels * height * width }, () => 0.01 * random.normal());
  }

  /** Coefficients, or their gradients, times their waves' sizes. */
  sized(coefficients: Float32Array, into: Float32Array, offset: number): void {
    const { sizes } = this;
    for (let i = 0; i < coefficients.length; i++) into[offset + i] = coefficients[i] * sizes[i % sizes.length];
  }

  /** Pictures [B, height, width, channels] from 0 to 1 of coefficients [B · channels · height, width], times their sizes. */
  emit(graph: GraphBuilder, coefficients: Node): Node {
    const [height, width, channels] = this.shape;
    const count = coefficients.type.shape[0] / (channels * height);
    const rows = matmul(coefficients, graph.constant(cosines(width), [width, width], 'cosines across'), plain);
    const turned = transpose(reshape(rows, { shape: [count, channels, height, width] }), { permutation: [0, 1, 3, 2] });
    const columns = matmul(
      reshape(turned, { shape: [count * channels * width, height] }),
      graph.constant(cosines(height), [height, height], 'cosines down'),
      plain,
    );
    const picture = transpose(reshape(columns, { shape: [count, channels, width, height] }), {
      permutation: [0, 3, 2, 1],
    });
    if (channels !== 3) return sigmoid(picture);
    const pixels = reshape(picture, { shape: [count * height * width, 3] });
    const coloured = matmul(pixels, graph.constant(this.colours(), [3, 3], 'colours'), plain);
    return sigmoid(reshape(coloured, { shape: [count, height, width, 3] }));
  }

  /** [independent, red-green-blue]. */
  private colours(): Float32Array {
    const channels = this.reversed ? photographColours.toReversed() : photographColours;
    return Float32Array.from({ length: 9 }, (_, i) => channels[i % 3][Math.floor(i / 3)] / largestColumn);
  }
}

const plain = { transposeA: false, transposeB: false } as const;

/** The orthonormal cosine transform: row k is the wave of k half periods. */
function cosines(length: number): Float32Array {
  return Float32Array.from({ length: length * length }, (_, i) => {
    const [k, x] = [Math.floor(i / length), i % length];
    return Math.sqrt((k === 0 ? 1 : 2) / length) * Math.cos((Math.PI * k * (x + 0.5)) / length);
  });
}
