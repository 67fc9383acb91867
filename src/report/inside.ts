import type { CanvasPicture, Explanation } from '../explain/index.js';

/** What a model has inside, as pages show it. */
export interface Inside {
  /** The kernels of the first convolution; undefined where it has none that are pictures. */
  readonly kernels?: { readonly layer: string; readonly count: number; readonly pictures: readonly CanvasPicture[] };
  /** The layers whose activations are shown, by name and shape. */
  readonly layers: readonly { readonly name: string; readonly shape: string }[];
  /** A picture of each class, ten at most. */
  readonly examples: readonly InsideExample[];
  /** What could not be shown, in sentences. */
  readonly notes: readonly string[];
}

/** A picture of one class on its way through a model. */
export interface InsideExample {
  /** The class's name. */
  readonly name: string;
  readonly picture: CanvasPicture;
  /** What speaks for its class. */
  readonly heat: Explanation;
  /** Of each layer shown, the four channels that answer most to it rather than to the other examples. */
  readonly activations: readonly CanvasPicture[];
  /** What the first of these four channels of the last layer looks for. */
  readonly pattern?: CanvasPicture;
}
