import type { Tensor } from '../tensor/index.js';
import type { ScoreForm } from './classScores.js';
import type { Subject } from './subject.js';

/** What a method finds in pictures. */
export interface Attribution {
  /** `[N, h, w]`: how much each place counts, at the resolution that the method works at. */
  readonly map: Tensor<'float32'>;
  /** `[N, H, W, C]`: how much each number of the picture counts, where the method tells. */
  readonly channels?: Tensor<'float32'>;
  /** For each picture, how far the numbers' sum is from the difference of scores that it should be, as a share of it. */
  readonly gaps?: readonly number[];
  /** Whether this map has signs, where that depends on the target; as the method says where it is left out. */
  readonly signed?: boolean;
  /** What a reader of the map should know, in sentences. */
  readonly notes?: readonly string[];
}

/**
 * A way to explain what a model says of a picture. Methods of your own are objects of this form; those of the library are made
 * by the functions of `explanations`.
 *
 * @example
 * const brightness: ExplanationMethod = {
 *   name: 'brightness',
 *   at: 'picture',
 *   signed: false,
 *   async attribute(subject) {
 *     const [n, height, width, channels] = subject.pictures.shape;
 *     const map = zeros([n, height, width]);
 *     subject.pictures.data.forEach((value, i) => (map.data[Math.floor(i / channels)] += value / channels));
 *     return { map };
 *   },
 * };
 */
export interface ExplanationMethod {
  /** As the command line spells it: `grad-cam`. */
  readonly name: string;
  /** Whether its map lies over the positions of a layer or over the picture's pixels. */
  readonly at: 'layer' | 'picture';
  /** Whether negative numbers mean that a place speaks against the target. */
  readonly signed: boolean;
  /** In which form classes count where the user does not say; by their scores where it is left out. */
  readonly of?: ScoreForm;
  attribute(subject: Subject): Promise<Attribution>;
}
