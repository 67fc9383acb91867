import type { Tensor } from '../tensor/index.js';
import { lossName, type Objective } from './objective.js';

/** Values by name: what history keeps and callbacks receive. */
export type Logs = Readonly<Record<string, number>>;

/** The sums of an epoch so far, as a checkpoint keeps them. */
export interface Sums {
  readonly examples: number;
  readonly sums: Readonly<Record<string, number>>;
}

/** Means over examples, exact however the examples are cut into batches. */
export class RunningMeans {
  private examples = 0;
  private readonly sums: Record<string, number> = {};
  private readonly means: ReadonlySet<string>;

  constructor(objective: Objective, start?: Sums) {
    // Programs report losses as means over the batch, metrics as sums.
    this.means = new Set(['loss', ...objective.outputs.map(lossName)]);
    for (const name of objective.names) this.sums[name] = start?.sums[name] ?? 0;
    this.examples = start?.examples ?? 0;
  }

  /** Adds what a program reported for a batch: a number each, or one for each example, of which the first `size` count. */
  add(results: Readonly<Record<string, Tensor>>, size: number): void {
    this.examples += size;
    for (const name of Object.keys(this.sums)) {
      const { shape, data } = results[name];
      if (shape.length === 1) for (let i = 0; i < size; i++) this.sums[name] += data[i];
      else this.sums[name] += this.means.has(name) ? data[0] * size : data[0];
    }
  }

  /** The means so far. */
  values(): Record<string, number> {
    const entries = Object.entries(this.sums).map(([name, sum]) => [name, sum / Math.max(this.examples, 1)] as const);
    return Object.fromEntries(entries);
  }

  /** What a checkpoint keeps. */
  state(): Sums {
    return { examples: this.examples, sums: { ...this.sums } };
  }
}
