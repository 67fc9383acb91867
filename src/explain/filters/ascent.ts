import { gradients } from '../../autodiff/gradients.js';
import type { GraphBuilder, Node } from '../../graph/index.js';
import type { Model } from '../../models/index.js';
import { affineTransform, biasAdd, mul, oneHot, reduceSum } from '../../ops/index.js';
import type { CompletePreprocessing } from '../../pictures/preprocessing.js';
import { Random, sizeOf, Tensor, type Shape } from '../../tensor/index.js';
import { AdamAscent } from './adamAscent.js';
import { PatternBasis } from './patternBasis.js';

/** What gradients climb. */
export interface AscentGoal {
  /** Names the goal among the model's programs. */
  readonly key: string;
  /**
   * What there is to climb for pictures [B, h, w, C] as the model takes them, [B, units]: as gradients climb it, and as it is.
   */
  readonly emit: (graph: GraphBuilder, pictures: Node) => { readonly climbed: Node; readonly activation: Node };
}

/** How gradients climb. */
export interface AscentSettings {
  /** [height, width, channels] of the patterns. */
  readonly shape: Shape;
  /** How pictures from 0 to 1 become the model's numbers; undefined: they are. */
  readonly preprocessing: CompletePreprocessing | undefined;
  readonly steps: number;
  readonly seed: number;
  readonly learningRate: number;
  /** By how many pixels, which share of its size, and how many degrees a pattern is moved, zoomed and turned at most. */
  readonly jitter: number;
  readonly zoom: number;
  readonly rotation: number;
  readonly decay: number;
  readonly batchSize: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/** A pattern that was found. */
export interface AscentResult {
  /** [height, width, channels] as the model takes it. */
  readonly input: Tensor<'float32'>;
  /** What the unit says of it. */
  readonly activation: number;
  /** What the unit says of noise, on average. */
  readonly noise: number;
}

/** Noises that patterns are compared with. */
const noises = 8;

/** For each unit, the pattern that gradients find to raise what it says. */
export async function ascend(
  model: Model,
  goal: AscentGoal,
  units: readonly number[],
  settings: AscentSettings,
): Promise<AscentResult[]> {
  const { shape, steps, batchSize, onProgress } = settings;
  const size = sizeOf(shape);
  const ofNoise = await measured(model, goal, settings, noisePictures(settings), noises);
  const results: AscentResult[] = [];
  for (let start = 0; start < units.length; start += batchSize) {
    const some = units.slice(start, start + batchSize);
    const pictures = await climb(model, goal, some, settings, (step) => {
      onProgress?.(start * steps + step * some.length, units.length * steps);
    });
    const activations = await measured(model, goal, settings, pictures, some.length);
    some.forEach((unit, row) => {
      const input = normalized(pictures.slice(row * size, (row + 1) * size), settings);
      const noise = ofNoise.reduce((sum, one) => sum + one[unit] / noises, 0);
      results.push({ input: new Tensor('float32', shape, input), activation: activations[row][unit], noise });
    });
  }
  return results;
}

/** Noise around grey, of a fifth of the range: what textbooks let ascent start from. */
function noisePictures({ shape, seed }: AscentSettings): Float32Array {
  const random = new Random([seed, 0]);
  return Float32Array.from({ length: noises * sizeOf(shape) }, () => random.uniform(0.4, 0.6));
}

/** Climbs for a batch of units; gives pictures from 0 to 1. */
async function climb(
  model: Model,
  goal: AscentGoal,
  units: readonly number[],
  settings: AscentSettings,
  onStep: (step: number) => void,
): Promise<Float32Array> {
  const { shape, steps, seed, learningRate, decay, signal } = settings;
  const [height, width, channels] = shape;
  const size = sizeOf(shape);
  const count = units.length;
  const basis = new PatternBasis(shape, decay, settings.preprocessing?.channels === 'BGR');
  const key = ['ascent', goal.key, count, ...shape, decay, ...moments(settings).flat()].join('/');
  const program = await model.program(key, (graph) => {
    const coefficients = graph.input('coefficients', [count * channels * height, width]);
    const pictures = basis.emit(graph, coefficients);
    const seen = affineTransform(pictures, graph.input('transforms', [count, 8]), {
      interpolation: 'bilinear',
      fillMode: 'reflect',
      fillValue: 0,
    });
    const { climbed } = goal.emit(graph, emitNormalized(graph, seen, settings));
    const chosen = oneHot(graph.input('units', [count], 'int32'), { depth: climbed.type.shape[1] });
    const total = reduceSum(mul(climbed, chosen), { axes: [0, 1], keepDims: false });
    const [gradient] = gradients(total, [coefficients]);
    graph.output('pictures', pictures);
    graph.output('gradient', gradient!);
  });
  const ascents = units.map((unit) => new AdamAscent(basis.noise(new Random([seed, 1, unit])), learningRate));
  const coefficients = new Float32Array(count * size);
  const transforms = new Float32Array(count * 8);
  const feeds = { coefficients, transforms, units: Int32Array.from(units) };
  const slope = new Float32Array(size);
  for (let step = 0; ; step++) {
    signal?.throwIfAborted();
    ascents.forEach(({ values }, row) => {
      basis.sized(values, coefficients, row * size);
      const random = new Random([seed, 2, units[row], step]);
      transforms.set(transformOf(random, settings), row * 8);
    });
    const found = await program.run(feeds);
    if (step === steps) return (found.pictures.data as Float32Array).slice();
    const gradient = found.gradient.data as Float32Array;
    ascents.forEach((ascent, row) => {
      basis.sized(gradient.subarray(row * size, (row + 1) * size), slope, 0);
      ascent.climb(slope);
    });
    onStep(step + 1);
  }
}

/** A small turn, zoom and move: [a0, a1, a2, b0, b1, b2, 0, 0] of `affineTransform`. */
function transformOf(random: Random, { shape: [height, width], jitter, zoom, rotation }: AscentSettings): number[] {
  const angle = (random.uniform(-rotation, rotation) * Math.PI) / 180;
  const factor = 1 / (1 + random.uniform(-zoom, zoom));
  const [cos, sin] = [Math.cos(angle) * factor, Math.sin(angle) * factor];
  const [x, y] = [(width - 1) / 2, (height - 1) / 2];
  // Whole pixels, as parts of one would blur the finest waves.
  const [right, down] = [0, 0].map(() => Math.round(random.uniform(-jitter, jitter)));
  return [cos, -sin, x - cos * x + sin * y + right, sin, cos, y - sin * x - cos * y + down, 0, 0];
}

/** What all units say of pictures from 0 to 1. */
async function measured(
  model: Model,
  goal: AscentGoal,
  settings: AscentSettings,
  pictures: Float32Array,
  count: number,
): Promise<Float32Array[]> {
  const { shape, batchSize } = settings;
  const size = sizeOf(shape);
  const all: Float32Array[] = [];
  for (let start = 0; start < count; start += batchSize) {
    const rows = Math.min(batchSize, count - start);
    const key = ['ascent', 'measure', goal.key, rows, ...shape].join('/');
    const program = await model.program(key, (graph) => {
      graph.output('activation', goal.emit(graph, graph.input('x', [rows, ...shape])).activation);
    });
    const x = normalized(pictures.subarray(start * size, (start + rows) * size), settings);
    const { activation } = await program.run({ x });
    const units = activation.shape[1];
    for (let row = 0; row < rows; row++) {
      all.push((activation.data as Float32Array).slice(row * units, (row + 1) * units));
    }
  }
  return all;
}

/** For each channel, factor and shift from 0 … 1 to the model's numbers. */
function moments({ shape, preprocessing }: AscentSettings): readonly [factor: number[], shift: number[]] {
  const { mean = [], std = [] } = preprocessing ?? {};
  const channels = Array.from({ length: shape[2] }, (_, c) => [mean[c % mean.length] ?? 0, std[c % std.length] ?? 1]);
  return [channels.map(([, deviation]) => 1 / deviation), channels.map(([middle, deviation]) => -middle / deviation)];
}

function normalized(pictures: Float32Array, settings: AscentSettings): Float32Array {
  const [factor, shift] = moments(settings);
  return pictures.map((value, i) => value * factor[i % factor.length] + shift[i % factor.length]);
}

function emitNormalized(graph: GraphBuilder, pictures: Node, settings: AscentSettings): Node {
  const [factor, shift] = moments(settings);
  const { length } = factor;
  return biasAdd(
    mul(pictures, graph.constant(Float32Array.from(factor), [length], 'factor')),
    graph.constant(Float32Array.from(shift), [length], 'shift'),
  );
}
