import { readFileSync } from 'node:fs';
import { pytorchShapes, Tensor, zoo, type Model } from '../../../src/index.js';
import { formulaInput, formulaWeights } from '../formula.js';

/** Numbers of the picture's size that a reference gives at `places`, and what is known of the others. */
export interface InputReference {
  readonly values: readonly number[];
  readonly least: number;
  readonly most: number;
  readonly sum: number;
  /**
   * How far PyTorch's own float32 is from these numbers, which are of float64, as a share of the range: where rounding decides
   * which of two numbers is larger, a rectifier or a maximum sends the gradient another way.
   */
  readonly float32?: number;
}

/** What pytorch-grad-cam and captum give for a network with the formula's weights (make_explanations.py). */
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
  readonly maps: Readonly<Record<string, readonly number[]>>;
  /** Flat indices of [H, W, C] at which numbers of the picture's size are known. */
  readonly places: readonly number[];
  readonly inputs: Readonly<Record<string, InputReference>>;
}

export const explanationRows = JSON.parse(
  readFileSync(new URL('./explanations.json', import.meta.url), 'utf8'),
) as readonly ExplanationRow[];

/** A row's network with its weights, and its picture. */
export async function explainedModel({
  name,
  size,
}: ExplanationRow): Promise<{ readonly model: Model; readonly picture: Tensor<'float32'> }> {
  const model = zoo.create(name, { inputShape: [size, size, 3] });
  const weights = [...pytorchShapes(model)].map(
    ([tensor, shape]) => [tensor, new Tensor('float32', shape, formulaWeights(tensor, shape))] as const,
  );
  await model.loadWeights(new Map(weights));
  return { model, picture: new Tensor('float32', [size, size, 3], formulaInput([1, 3, size, size])) };
}

export function worstDifference(found: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i])));
}

/** The range of a map. */
export function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
