import type { AnnotatedSet, PlacedThings } from '../data/annotated/annotatedSet.js';
import type { DataPass, DataSet } from '../data/dataSet.js';
import type { Callback, TestedBatch } from '../fit/callbacks/callback.js';
import type { Logs } from '../fit/runningMeans.js';
import type { Preprocessing } from '../pictures/preprocessing.js';
import type { Tensor } from '../tensor/index.js';

/** What is measured on pictures, taken batch by batch. */
export interface TaskMeasure {
  /** @param outputs - what the network gave for these pictures, [count, …] each */
  add(indices: ArrayLike<number>, things: readonly PlacedThings[], outputs: readonly Tensor<'float32'>[]): void;
  /** What all pictures so far come to. */
  figures(): Readonly<Record<string, number>>;
}

/** What a network learns of the pictures of a set, whose classes are found by their names, and how well it has learned. */
export interface TaskOnSet {
  /** What a batch of pictures with these things is compared with, [count, …]; of a joint loss its one target. */
  targets(things: readonly PlacedThings[]): Tensor;
  /** Begins to measure on the set. */
  measure(): TaskMeasure;
}

/** Annotated pictures with the targets that a network learns from, as `model.fit` reads them. */
export class TaskSet implements DataSet {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly varies: boolean;
  /** What was in pictures as they are, without changes, by their numbers. */
  private readonly things = new Map<number, PlacedThings>();

  constructor(
    readonly set: AnnotatedSet,
    private readonly task: TaskOnSet,
    readonly batchSize: number,
  ) {
    this.name = set.name;
    this.size = set.size;
    this.inputShape = set.inputShape;
    this.classNames = set.classNames;
    this.preprocessing = set.preprocessing;
    this.varies = set.varies;
  }

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): Promise<void> {
    await this.set.fill(indices, x, pass);
    y.fill(0);
  }

  async fillNamedTargets(
    indices: ArrayLike<number>,
    x: Float32Array,
    targets: Readonly<Record<string, Float32Array | Int32Array>>,
    pass?: DataPass,
  ): Promise<void> {
    const things = await this.set.fill(indices, x, pass);
    if (!pass) things.forEach((one, i) => this.things.set(indices[i], one));
    const [target] = Object.values(targets);
    target.set(this.task.targets(things).data);
  }

  /** A callback that measures how well the network does on this set as it is tested on it: these of the measure's figures. */
  measuring(figures: readonly string[]): Callback {
    const { task, things } = this;
    let measure: TaskMeasure | undefined;
    return {
      name: 'taskMeasure',
      measured: figures,
      onTestBatchBegin: (batch) => {
        if (batch === 0) measure = task.measure();
      },
      onTestBatchEnd: (_batch: number, _logs: Logs, { start, outputs: all }: TestedBatch) => {
        const indices = Array.from({ length: all[0].shape[0] }, (_, i) => start + i);
        measure!.add(
          indices,
          indices.map((index) => things.get(index)!),
          all,
        );
      },
      onTestEnd: () => measure!.figures(),
    };
  }
}
