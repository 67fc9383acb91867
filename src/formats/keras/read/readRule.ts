import type { Layer, SymbolicTensor } from '../../../layers/index.js';
import type { KerasCall } from './callArguments.js';
import type { LayerOptionsReader } from './layerOptions.js';

/** One weight of a Keras layer: what Keras and Striate call it. */
export interface WeightNames {
  readonly keras: string;
  /** The weight within the first layer that the rule gives; undefined where it becomes part of the configuration. */
  readonly own: string | undefined;
  /** Whether Keras's training changes it; the others come last in Keras's lists. */
  readonly learned: boolean;
}

/** What a layer becomes: layers that follow each other, or what they make of the inputs. */
export type ReadLayer =
  | readonly Layer[]
  | {
      readonly layers: readonly Layer[];
      apply(inputs: readonly SymbolicTensor[]): SymbolicTensor | readonly SymbolicTensor[];
    };

/** How a class of Keras's layers is read. */
export interface ReadRule {
  /** Whether its layer's weights are the file's, one for one, as in an implementation of the user's own. */
  readonly ownWeights?: boolean;
  /** Whether it is an operator, whose arguments stand in each call, instead of a layer. */
  readonly isOperation?: boolean;
  /** Its weights in Keras's order. */
  weights?(options: LayerOptionsReader): readonly WeightNames[];
  /** The layers, the first of them with the weights; `name` is the model's own for it. */
  read(options: LayerOptionsReader, name: string, inputs: readonly SymbolicTensor[], call: KerasCall): ReadLayer;
}

/** A weight that training does not change. */
export const kept = (keras: string, own: string | undefined): WeightNames => ({ keras, own, learned: false });
