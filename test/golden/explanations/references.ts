import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { explain, explanations, type Model, type Tensor } from '../../../src/index.js';

/** Numbers of the picture's size that a reference gives at `places`, and what is known of the others. */
export interface InputReference {
  readonly values: readonly number[];
  readonly least: number;
  readonly most: number;
  readonly sum: number;
  /**
   * How far PyTorch's own float32 is from these numbers, which are of float64, as a share of the range: the worst of six
   * computations that differ by rounding alone. Where rounding decides which of two numbers is larger, a rectifier or a maximum
   * sends the gradient another way. Occlusion is a difference of two scores: where no window changes a score by more than 4e-6, as in
   * EfficientNet with the formula's weights, the last place of a score is a hundredth of the map's range.
   */
  readonly float32?: number;
  /**
   * What float64 gives where one rectifier falls the other way whose input is `margin` of its layer's size away from 0: less than a
   * millionth, which float32 does not tell from 0.
   */
  readonly undecided?: readonly { readonly margin: number; readonly values: readonly number[] }[];
}

/** What pytorch-grad-cam and captum give for a network. */
export interface ExplanationRow {
  readonly name: string;
  /** Rows and columns of the picture. */
  readonly size: number;
  /** The class that is explained. */
  readonly label: number;
  /** PyTorch's name of what gives the map. */
  readonly module: string;
  /** [h, w] of the map. */
  readonly shape: readonly number[];
  readonly maps: Readonly<Partial<Record<MapName, readonly number[]>>>;
  /** Flat indices of [H, W, C] at which numbers of the picture's size are known. */
  readonly places: readonly number[];
  readonly inputs: Readonly<Record<InputName, InputReference>>;
}

/** Maps over a layer, as they are before what speaks against the class is left out. */
const mapMethods = {
  'grad-cam': explanations.gradCam,
  'grad-cam-plus-plus': explanations.gradCamPlusPlus,
  'hi-res-cam': explanations.hiResCam,
  'layer-cam': explanations.layerCam,
  'x-grad-cam': explanations.xGradCam,
  'eigen-cam': explanations.eigenCam,
  'score-cam': explanations.scoreCam,
  'ablation-cam': explanations.ablationCam,
} as const;

const inputMethods = {
  saliency: () => explanations.saliency(),
  'gradient-times-input': () => explanations.gradientTimesInput(),
  'integrated-gradients': () => explanations.integratedGradients({ steps: 20 }),
  'guided-backpropagation': () => explanations.guidedBackpropagation(),
  occlusion: (size: number) =>
    explanations.occlusion(size > 32 ? { window: 16, strides: 8 } : { window: 8, strides: 4 }),
} as const;

/** Methods whose maps lie over a layer. */
export type MapName = keyof typeof mapMethods;
/** Methods whose maps lie over the picture. */
export type InputName = keyof typeof inputMethods;

/** What is explained. */
export interface Explained {
  readonly model: Model;
  readonly picture: Tensor<'float32'>;
}

/** What float32 allows beside PyTorch's float64: of a map's range. */
const tolerance = 1e-4;

/**
 * How much further than PyTorch's float32 the engine's may be where rectifiers decide: integrated gradients ask twenty pictures, each of
 * which has some whose input float32 does not tell from 0. Both are then off by the same steps.
 */
const float32Factor = 1.5;

/**
 * Where the engine is further off, and how far it may be: folded normalizations round filters once more, so that a rectifier falls the
 * other way in one of the twenty pictures. The reference engine, which does not fold, is 3e-8 off for the first
 * and 2.4e-8 for the second, and captum itself in float64 4.6e-4 with folded filters that are rounded to float32.
 */
const roundingDecides: Readonly<Record<string, number>> = {
  'cifar_resnet20 integrated-gradients': 2e-4,
  'resnet50 integrated-gradients': 1.2e-3,
};

/** The rows that a script beside has written. */
export function rowsOf(file: string): readonly ExplanationRow[] {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as readonly ExplanationRow[];
}

/** Defines a test for each map over a layer that is known of a network. */
export function testLayerMaps(row: ExplanationRow, opened: () => Promise<Explained>): void {
  it.each(Object.keys(row.maps) as MapName[])('%s equals pytorch-grad-cam', async (name) => {
    const { model, picture } = await opened();
    const options = { target: row.label, method: mapMethods[name]({ relu: false }), batchSize: 16 };
    const { map } = await explain(model, picture, options);
    expect(map.shape).toEqual(row.shape);
    const expected = row.maps[name]!;
    // Which side of a principal component is positive is a matter of choice.
    const turned = name === 'eigen-cam' ? expected.map((value) => -value) : expected;
    const worst = Math.min(worstDifference(map.data, expected), worstDifference(map.data, turned));
    expect(worst / spread(expected)).toBeLessThan(tolerance);
  });
}

/** Defines a test for each method over the picture. */
export function testPictureMaps(row: ExplanationRow, opened: () => Promise<Explained>): void {
  it.each(Object.keys(row.inputs) as InputName[])('%s equals captum', async (name) => {
    const { model, picture } = await opened();
    const method = inputMethods[name](row.size);
    const { map, channels } = await explain(model, picture, { target: row.label, method });
    const { values, least, most, float32 = 0, undecided = [] } = row.inputs[name];
    // Occlusion gives all channels of a pixel the same.
    const found = row.places.map((place) => (channels ? channels.data[place] : map.data[Math.floor(place / 3)]));
    const references = [values, ...undecided.map((other) => other.values)];
    const off = Math.min(...references.map((reference) => worstDifference(found, reference))) / (most - least);
    const named = roundingDecides[`${row.name} ${name}`] ?? 0;
    const allowed = Math.max(tolerance, float32Factor * float32, named);
    expect(off).toBeLessThan(allowed);
    // As toBeCloseTo(1, 3) has it; both ends of a difference of scores may be off by what is allowed.
    const ends = name === 'occlusion' ? 2 * allowed : 0;
    expect(Math.abs(spread((channels ?? map).data) / (most - least) - 1)).toBeLessThan(Math.max(5e-4, ends));
  });
}

function worstDifference(found: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i])));
}

/** The range of a map. */
function spread(values: ArrayLike<number>): number {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) [least, most] = [Math.min(least, values[i]), Math.max(most, values[i])];
  return most - least;
}
