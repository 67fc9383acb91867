import type { Tensor } from '../tensor/index.js';
import type { Metric } from '../training/metric.js';
import { lossName } from './compileOptions.js';
import type { Objective } from './objective.js';

/** Values by name: what history keeps and callbacks receive. */
export type Logs = Readonly<Record<string, number>>;

/** The sums of an epoch so far, as a checkpoint keeps them. */
export interface Sums {
  readonly examples: number;
  /** Of a metric that is made of several sums, a list. */
  readonly sums: Readonly<Record<string, number | readonly number[]>>;
}

/** Loss and metrics over examples, exact however the examples are cut into batches. */
export class RunningMeans {
  private examples = 0;
  /** One sum each, or as many as a metric's `result` takes. */
  private readonly sums: Record<string, number[]> = {};
  private readonly means: ReadonlySet<string>;
  private readonly results: ReadonlyMap<string, NonNullable<Metric['result']>>;

  constructor(objective: Objective, start?: Sums) {
    // Programs report losses as means over the batch, metrics as sums.
    this.means = new Set(['loss', ...objective.outputs.map(lossName), ...(objective.joint?.loss.parts ?? [])]);
    const metrics = objective.outputs.flatMap((output) => output.metrics);
    this.results = new Map(metrics.flatMap((one) => (one.result ? [[one.name, one.result.bind(one)] as const] : [])));
    for (const name of objective.names) {
      const sum = start?.sums[name] ?? (this.results.has(name) ? [] : 0);
      this.sums[name] = typeof sum === 'number' ? [sum] : [...sum];
    }
    this.examples = start?.examples ?? 0;
  }

  /** Adds what a program reported for a batch: its sums, or those of each example, of which the first `size` count. */
  add(results: Readonly<Record<string, Tensor>>, size: number): void {
    this.examples += size;
    for (const [name, sums] of Object.entries(this.sums)) {
      const { shape, data } = results[name];
      const several = this.results.has(name) && shape.length > 0;
      const width = several ? shape[shape.length - 1] : 1;
      while (sums.length < width) sums.push(0);
      const rows = shape.length === (several ? 2 : 1) ? size : 1;
      const weight = rows === 1 && shape.length === 0 && this.means.has(name) ? size : 1;
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < width; i++) sums[i] += data[row * width + i] * weight;
      }
    }
  }

  /** The values so far. */
  values(): Record<string, number> {
    const entries = Object.entries(this.sums).map(([name, sums]) => {
      const result = this.results.get(name);
      const value = result ? (this.examples ? result(sums, this.examples) : 0) : sums[0] / Math.max(this.examples, 1);
      return [name, value] as const;
    });
    return Object.fromEntries(entries);
  }

  /** What a checkpoint keeps. */
  state(): Sums {
    const kept = Object.entries(this.sums).map(([name, sums]) => [name, this.results.has(name) ? [...sums] : sums[0]]);
    return { examples: this.examples, sums: Object.fromEntries(kept) as Sums['sums'] };
  }
}
