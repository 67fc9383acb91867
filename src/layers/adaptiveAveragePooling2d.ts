import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Pair } from '../ops/window.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, type LayerWindow, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, pairOption, type PairOption, layerOptions } from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `AdaptiveAveragePooling2D`. */
export interface AdaptiveAveragePooling2DOptions extends LayerOptions {
  /** Rows and columns of the output, whatever those of the input. */
  readonly outputSize: PairOption;
}

/** The positions along one axis that an output position averages. */
interface Bin {
  readonly start: number;
  readonly length: number;
}

/**
 * Means over as many bins as asked for, whatever the input's size (PyTorch's AdaptiveAvgPool2d): x: [N, H, W, C] →
 * [N, outH, outW, C]. Bin i of n covers the positions from ⌊i·size/n⌋ to before ⌈(i+1)·size/n⌉, so bins may overlap, and
 * repeat where the input is the smaller. An input that already has this size is passed through.
 *
 * @throws StriateError when the size is not a whole number from 1.
 */
export class AdaptiveAveragePooling2D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<AdaptiveAveragePooling2DOptions> = {
    where: 'adaptiveAveragePooling2d',
    first: ['outputSize'],
    kinds: { ...layerOptionKinds, outputSize: 'number or list' },
  };
  readonly className = 'AdaptiveAveragePooling2D';
  readonly outputSize: Pair;
  private inputSize: Pair | undefined;

  constructor(options: AdaptiveAveragePooling2DOptions) {
    super(options);
    this.outputSize = pairOption(labelOf(this), 'outputSize', options.outputSize);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [, , channels] = pictureShape(this, inputShapes);
    return [...this.outputSize, channels];
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [height, width] = pictureShape(this, inputShapes);
    this.inputSize = [height, width];
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [, height, width] = x.type.shape;
    const [rows, columns] = [binsOf(height, this.outputSize[0]), binsOf(width, this.outputSize[1])];
    const [rowStep, columnStep] = [evenStep(rows), evenStep(columns)];
    if (rowStep && columnStep) {
      return average(x, [rows[0].length, columns[0].length], [rowStep, columnStep]);
    }
    return averageAlong(averageAlong(x, 1, rows), 2, columns);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), outputSize: this.outputSize };
  }

  override window(): LayerWindow | 'global' {
    if (!this.inputSize || (this.outputSize[0] === 1 && this.outputSize[1] === 1)) return 'global';
    const [rows, columns] = this.inputSize.map((size, axis) => binsOf(size, this.outputSize[axis]));
    // Where bins differ, the widest and the usual step stand for all.
    const widest = (bins: readonly Bin[]): number => Math.max(...bins.map(({ length }) => length));
    const step = (bins: readonly Bin[], axis: 0 | 1): number =>
      evenStep(bins) ?? Math.max(1, Math.floor(this.inputSize![axis] / bins.length));
    return { kernel: [widest(rows), widest(columns)], strides: [step(rows, 0), step(columns, 1)], dilation: [1, 1] };
  }
}

/** With its first options by position. */
export function adaptiveAveragePooling2d(
  outputSize: PairOption,
  options?: Omit<AdaptiveAveragePooling2DOptions, 'outputSize'>,
): AdaptiveAveragePooling2D;
/**
 * Means over as many bins as asked for.
 *
 * @example
 * layers.adaptiveAveragePooling2d({ outputSize: 7 }); // between VGG's features and its classifier
 */
export function adaptiveAveragePooling2d(options: AdaptiveAveragePooling2DOptions): AdaptiveAveragePooling2D;
export function adaptiveAveragePooling2d(...given: readonly unknown[]): AdaptiveAveragePooling2D {
  return new AdaptiveAveragePooling2D(layerOptions(AdaptiveAveragePooling2D.acceptedOptions, given));
}

function binsOf(size: number, count: number): Bin[] {
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * size) / count);
    return { start, length: Math.ceil(((i + 1) * size) / count) - start };
  });
}

/** The distance between bins of one length and one distance of at least 1; undefined where they differ. */
function evenStep(bins: readonly Bin[]): number | undefined {
  const step = bins.length > 1 ? bins[1].start : 1;
  const even = bins.every(({ start, length }, i) => start === i * step && length === bins[0].length);
  return even && step > 0 ? step : undefined;
}

function average(x: Node, poolSize: Pair, strides: Pair): Node {
  if (poolSize[0] * poolSize[1] * strides[0] * strides[1] === 1) return x;
  const attributes = { poolSize, strides, padding: 'valid', ceilMode: false, countPadding: false } as const;
  return ops.averagePool2d(x, attributes);
}

/** Averages the bins of one axis: by one pooling where they are even, else each different bin by itself. */
function averageAlong(x: Node, axis: 1 | 2, bins: readonly Bin[]): Node {
  const along = (n: number): Pair => (axis === 1 ? [n, 1] : [1, n]);
  const step = evenStep(bins);
  if (step) return average(x, along(bins[0].length), along(step));
  const means = new Map<string, Node>();
  const parts = bins.map(({ start, length }) => {
    const key = `${start} ${length}`;
    const known = means.get(key);
    if (known) return known;
    const begin = x.type.shape.map((_, i) => (i === axis ? start : 0));
    const size = x.type.shape.map((n, i) => (i === axis ? length : n));
    const mean = average(ops.slice(x, { begin, size }), along(length), [1, 1]);
    means.set(key, mean);
    return mean;
  });
  return ops.concat(...parts, { axis });
}
