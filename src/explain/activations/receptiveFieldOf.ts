import { gradients } from '../../autodiff/gradients.js';
import type { Classifier } from '../../classify/classify.js';
import type { PreprocessingChoice } from '../../classify/preparation.js';
import type { SymbolicTensor } from '../../layers/layer.js';
import type { Model } from '../../models/index.js';
import { reduceSum, slice } from '../../ops/index.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectSeed, expectWhole, isWholes, shown } from '../../tensor/check.js';
import { formatShape, Random, sizeOf, StriateError, Tensor, type Shape } from '../../tensor/index.js';
import { inputFeed } from '../../topology/predictionGraph.js';
import { receptiveFieldAt } from '../../topology/receptiveFieldAt.js';
import { modelOf, onlyPicture, pictureRows, type WatchedPictures } from '../pictureRows.js';
import { layerValue } from '../target.js';
import { unrectified } from '../unrectified.js';

/** A part of a picture, in pixels of what the model takes; what lies outside of the picture is padding. */
export interface PictureBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Options of `receptiveFieldOf`. */
export interface ReceptiveFieldOptions {
  /** The layer whose output the unit belongs to. */
  readonly layer: string;
  /**
   * [row, column, channel]; [row, column] for all channels of a position together; or the number of a channel, or of a unit of a
   * vector, in the middle of the map. All channels in the middle by default.
   */
  readonly unit?: number | readonly number[];
  /** What the gradients are averaged over; noise by default. */
  readonly pictures?: WatchedPictures;
  /** How many pictures of noise; 16 by default. */
  readonly count?: number;
  /** Of the noise; 0 by default. */
  readonly seed?: number;
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  readonly signal?: AbortSignal;
}

const accepts = {
  where: 'receptiveFieldOf',
  kinds: {
    layer: 'string',
    unit: 'number or list',
    pictures: 'string or list or object',
    count: 'number',
    seed: 'number',
    preprocessing: 'string or object',
    signal: 'object',
  },
} satisfies AcceptedOptions<ReceptiveFieldOptions>;

/** What part of the picture a unit sees. */
export interface UnitReceptiveField {
  /** What the unit can depend on, as its windows lie: it may reach over the picture's edges, into padding. */
  readonly theoretical: PictureBox;
  /** The part of it that lies on the picture. */
  readonly visible: PictureBox;
  /** `[H, W]`: how much the unit depends on each pixel, from 0 to 1. */
  readonly effective: Tensor<'float32'>;
  /** Side of a square of as many pixels as count for 4.55 % of the one that counts most, or more (two deviations of a bell). */
  readonly effectiveSize: number;
}

/**
 * The receptive field of a unit: what it can see, by the layers' windows, and what it does see, by the size of its gradient at each
 * pixel, averaged over pictures (Luo, Li, Urtasun & Zemel 2016). The second is mostly much smaller, and brightest in the middle.
 *
 * @throws StriateError when there is no such layer or unit, or it does not depend on the picture.
 *
 * @example
 * const layer = squeezenet.layers[5].name;
 * const { visible, effectiveSize } = await receptiveFieldOf(squeezenet, { layer, count: 2 });
 * console.log(`${visible.width}×${visible.height}, of which ${effectiveSize.toFixed(0)} count`);
 */
export async function receptiveFieldOf(
  classifier: Classifier,
  options: ReceptiveFieldOptions,
): Promise<UnitReceptiveField> {
  const { layer, unit, count = 16, seed = 0, preprocessing, signal } = expectOptions(accepts, options);
  const model = modelOf(classifier);
  const where = 'receptiveFieldOf';
  const shape = onlyPicture(where, model);
  expectWhole(where, 'count', count);
  expectSeed(where, seed);
  const value = layerValue(layer, model);
  const place = placeOf(unit, value.shape, layer);
  const theoretical = boxOf(model, value, place, 'counted');
  const visible = boxOf(model, value, place, 'left out');
  if (!theoretical || !visible) {
    throw new StriateError({
      where,
      rule: `the unit of '${layer}' must depend on the picture`,
      received: 'none of it',
    });
  }
  const [height, width, channels] = shape;
  const sum = new Float64Array(height * width);
  const pictures = options.pictures ?? noise(count, shape, seed);
  for await (const rows of pictureRows(classifier, pictures, { where, preprocessing, batchSize: 8, signal })) {
    const gradient = await gradientOf(model, value, place, rows);
    gradient.forEach((slope, i) => {
      sum[Math.floor(i / channels) % sum.length] += Math.abs(slope);
    });
  }
  const most = sum.reduce((a, b) => Math.max(a, b), 0);
  const effective = Float32Array.from(sum, (one) => (most > 0 ? one / most : 0));
  const counted = effective.reduce((pixels, one) => pixels + (one >= twoDeviations ? 1 : 0), 0);
  return {
    theoretical,
    visible,
    effective: new Tensor('float32', [height, width], effective),
    effectiveSize: Math.sqrt(counted),
  };
}

/** What is outside of two deviations of a bell, as Luo et al. count. */
const twoDeviations = 0.0455;

/** A unit's row, column and channels. */
export interface UnitPlace {
  readonly row: number;
  readonly column: number;
  /** Undefined: all. */
  readonly channel: number | undefined;
}

/**
 * Which position and channel of a value a unit is.
 *
 * @throws StriateError when the value has none such.
 */
export function placeOf(unit: number | readonly number[] | undefined, shape: Shape, layer: string): UnitPlace {
  const [rows, columns] = shape.length === 3 ? shape : [1, 1];
  const middle = { row: Math.floor(rows / 2), column: Math.floor(columns / 2) };
  if (unit === undefined) return { ...middle, channel: undefined };
  const list = typeof unit === 'number' ? [middle.row, middle.column, unit] : unit;
  const limits = [rows, columns, shape.at(-1)!];
  const positions = shape.length === 3 || typeof unit === 'number';
  if (
    positions &&
    isWholes(list, 0) &&
    (list.length === 2 || list.length === 3) &&
    list.every((at, i) => at < limits[i])
  ) {
    return { row: list[0], column: list[1], channel: list.at(2) };
  }
  throw new StriateError({
    where: 'receptiveFieldOf',
    rule: `'${layer}' gives ${formatShape(shape)}: a unit of it is ${shape.length === 3 ? '[row, column, channel], [row, column] or ' : ''}a number from 0 to ${limits[2] - 1}`,
    received: shown(unit),
  });
}

/**
 * What a position of a value sees of the picture, undefined where nothing.
 *
 * @param padding whether padding around the picture counts
 */
export function boxOf(
  { topology }: Model,
  value: SymbolicTensor,
  { row, column }: UnitPlace,
  padding: 'counted' | 'left out',
): PictureBox | undefined {
  const spans = receptiveFieldAt(topology, value, [row, column], padding);
  if (!spans) return undefined;
  const [[top, bottom], [left, right]] = spans;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The gradient of a unit by each of some pictures. */
async function gradientOf(
  model: Model,
  value: SymbolicTensor,
  { row, column, channel }: UnitPlace,
  { data, count }: { readonly data: Float32Array; readonly count: number },
): Promise<Float32Array> {
  const number = model.topology.predictionCalls.findIndex(({ output }) => output === value);
  const key = ['receptive field', number, row, column, channel, count].join('/');
  const program = await model.program(key, (graph, topology) => {
    const x = graph.input(inputFeed(topology.inputNames[0]), [count, ...topology.inputs[0].shape]);
    const node = unrectified(topology.emitValues(graph, [x]).get(value)!);
    const position = value.shape.length === 3 ? [row, column] : [];
    const unit = slice(node, {
      begin: [0, ...position, channel ?? 0],
      size: [count, ...position.map(() => 1), channel === undefined ? value.shape.at(-1)! : 1],
    });
    const total = reduceSum(unit, { axes: unit.type.shape.map((_, axis) => axis), keepDims: false });
    const [gradient] = gradients(total, [x]);
    graph.output('gradient', gradient!);
  });
  const found = await program.run({ [inputFeed(model.topology.inputNames[0])]: data });
  return found.gradient.data as Float32Array;
}

/** Pictures of noise with deviation 1, about what models take. */
function noise(count: number, shape: Shape, seed: number): Tensor<'float32'> {
  const random = new Random(seed);
  const data = Float32Array.from({ length: count * sizeOf(shape) }, () => random.normal());
  return new Tensor('float32', [count, ...shape], data);
}
