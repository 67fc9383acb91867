import type { Shape } from '../tensor/index.js';
import type { ModelConfig } from './modelFile.js';
import type { Topology } from '../topology/topology.js';

/** What a model is made of. */
export interface ModelParts {
  readonly kind: ModelConfig['className'];
  readonly name: string;
  readonly seed: number;
  /** Left out where the input's shape is not known yet; `whenKnown` then makes it. */
  readonly topology?: Topology;
  readonly whenKnown?: (inputShape: Shape) => Topology;
}
