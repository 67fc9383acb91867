import type { Box } from '../geometry/index.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import type { Tensor } from '../tensor/index.js';
import type { Evidence } from './evidence/evidence.js';
import { resizedMap } from './resizedMap.js';

/** What an explanation consists of. */
export interface ExplanationParts {
  /** The method that made it: `grad-cam`. */
  readonly method: string;
  /** Whether its map lies over the positions of a layer or over the picture's pixels. */
  readonly at: 'layer' | 'picture';
  /** The layer that the map is read from; undefined where it lies over the picture. */
  readonly layer: string | undefined;
  /** Whether negative numbers mean that a place speaks against the target. */
  readonly signed: boolean;
  /** What it is about: `tiger cat`, `tiger cat − bull mastiff`. */
  readonly target: string;
  /** The number of the class that it is about; undefined where it is about something else. */
  readonly label: number | undefined;
  /** Where it is about the difference of two classes, their names: positive numbers speak for the first, negative ones for the second. */
  readonly between?: readonly [string, string] | undefined;
  /** How probable the model finds the class; undefined where there is none. */
  readonly probability: number | undefined;
  /** `[h, w]`: how much each place counts, as the method gives it. */
  readonly map: Tensor<'float32'>;
  /** `[H, W, C]`: how much each number of the picture counts, where the method tells. */
  readonly channels: Tensor<'float32'> | undefined;
  /** `[H, W, C]`: the picture as the model takes it. */
  readonly input: Tensor<'float32'>;
  /** How the picture became the input; undefined where it was given as numbers. */
  readonly preprocessing: CompletePreprocessing | undefined;
  /** Where the whole picture lies in the input, in its pixels, where a network has a place of its own for it. */
  readonly place?:
    { readonly top: number; readonly left: number; readonly height: number; readonly width: number } | undefined;
  /** The found thing that it is about, in pixels of the input; undefined where it is about something else. */
  readonly box?: Box | undefined;
  /**
   * How far the numbers' sum is from the difference of scores that it should be, as a share of it; undefined for methods that
   * promise no such sum.
   */
  readonly gap: number | undefined;
  /** How far it may be trusted; undefined where that was not asked for. */
  readonly evidence?: Evidence | undefined;
  /** What a reader should know, in sentences. */
  readonly notes: readonly string[];
}

/** Why a model says what it says of a picture: a map, and what it is about. */
export interface Explanation extends ExplanationParts {
  /** `[H, W]`: the map at the picture's size, bilinearly resized. */
  heat(): Tensor<'float32'>;
}

/** An explanation made of its parts. */
export function explanation(parts: ExplanationParts): Explanation {
  const [height, width] = parts.input.shape;
  return { ...parts, heat: () => resizedMap(parts.map, height, width) };
}
