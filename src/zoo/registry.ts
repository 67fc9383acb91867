import type { Model } from '../models/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { mnistCnn } from './mnist_cnn.js';
import { mnistDense } from './mnist_dense.js';

/** What every architecture can be made for. */
export interface ArchitectureOptions {
  /** [H, W, C]; the architecture's own size by default. */
  readonly inputShape?: Shape;
  /** The number of classes; the architecture's own by default. */
  readonly classes?: number;
  /** What starting weights and random layers follow from; 0 by default. */
  readonly seed?: number;
}

/** Every architecture there is, by name. */
export const architectures = {
  mnist_cnn: mnistCnn,
  mnist_dense: mnistDense,
} as const satisfies Readonly<Record<string, (options?: ArchitectureOptions) => Model>>;

/** The name of an architecture. */
export type ArchitectureName = keyof typeof architectures;

/**
 * Ready-made architectures.
 *
 * @example
 * const digits = zoo.create('mnist_cnn', { seed: 1 });
 */
export const zoo = {
  /** The names of all architectures. */
  list: (): ArchitectureName[] => Object.keys(architectures) as ArchitectureName[],

  /**
   * A new model of an architecture, not yet compiled.
   *
   * @throws StriateError when there is no architecture of that name, or it does not fit the input's size.
   */
  create(name: string, options: ArchitectureOptions = {}): Model {
    if (!Object.hasOwn(architectures, name)) {
      const known = Object.keys(architectures).join(', ');
      throw new StriateError(`zoo: there is no model '${name}'; use one of ${known}`);
    }
    return architectures[name as ArchitectureName](options);
  },
};
