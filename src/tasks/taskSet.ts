import type { PlacedThings } from '../geometry/annotation.js';
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

/** Pictures in any order, with what is in them. */
export interface PicturesWithThings {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly varies: boolean;
  readonly preprocessing?: Preprocessing | undefined;
  fill(indices: ArrayLike<number>, x: Float32Array, pass?: DataPass): Promise<readonly PlacedThings[]>;
}

/** What one of a network's heads learns of a set. */
export interface TaskPart {
  readonly task: TaskOnSet;
  /** The set, of which other heads may learn, too. */
  readonly pictures: PicturesWithThings;
  /** The measure's figures, by the names that logs have for them. */
  readonly figures: Readonly<Record<string, string>>;
  /** The head's outputs among the network's. */
  readonly outputs: (all: readonly Tensor<'float32'>[]) => readonly Tensor<'float32'>[];
  /** Says in the target of a picture of another set that nothing is known. */
  readonly unknown?: (target: Float32Array | Int32Array) => void;
}

/** Rows of a list of numbers, a row for each picture. */
const rowsOf = <T extends Float32Array | Int32Array>(all: T, width: number, row: number): T =>
  all.subarray(row * width, (row + 1) * width) as T;

/** Pictures of one or more sets, one behind another, with the targets that a network's heads learn from, as `model.fit` reads them. */
export class TaskSet implements DataSet {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[] = [];
  readonly preprocessing?: Preprocessing;
  readonly varies: boolean;
  private readonly sets: readonly PicturesWithThings[];
  /** The number of each set's first picture. */
  private readonly begins: readonly number[];
  /** What was in pictures as they are, without changes, by their numbers. */
  private readonly things = new Map<number, PlacedThings>();

  /** @param parts - in the order of the loss's targets */
  constructor(private readonly parts: readonly TaskPart[]) {
    this.sets = [...new Set(parts.map(({ pictures }) => pictures))];
    this.begins = this.sets.map((_, i) => this.sets.slice(0, i).reduce((sum, { size }) => sum + size, 0));
    const [{ inputShape, preprocessing }] = this.sets;
    this.name = this.sets.map(({ name }) => name).join(' and ');
    this.size = this.sets.reduce((sum, { size }) => sum + size, 0);
    this.inputShape = inputShape;
    if (preprocessing) this.preprocessing = preprocessing;
    this.varies = this.sets.some(({ varies }) => varies);
  }

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): Promise<void> {
    await this.read(indices, x, pass);
    y.fill(0);
  }

  async fillNamedTargets(
    indices: ArrayLike<number>,
    x: Float32Array,
    targets: Readonly<Record<string, Float32Array | Int32Array>>,
    pass?: DataPass,
  ): Promise<void> {
    const things = await this.read(indices, x, pass);
    if (!pass) things.forEach((one, i) => this.things.set(indices[i], one));
    const all = Object.values(targets);
    this.parts.forEach(({ task, pictures, unknown }, i) => {
      const rows = this.rowsOf(pictures, indices);
      const target = all[i];
      const width = target.length / indices.length;
      const data = rows.length > 0 ? task.targets(rows.map((row) => things[row])).data : [];
      if (rows.length === indices.length) {
        target.set(data);
        return;
      }
      for (let row = 0; row < indices.length; row++) unknown?.(rowsOf(target, width, row).fill(0));
      rows.forEach((row, k) => rowsOf(target, width, row).set(data.slice(k * width, (k + 1) * width)));
    });
  }

  /** A callback that measures how well the network's heads do on their sets as it is tested on these. */
  measuring(): Callback {
    let measures: readonly TaskMeasure[] = [];
    return {
      name: 'taskMeasure',
      measured: this.parts.flatMap(({ figures }) => Object.keys(figures)),
      onTestBatchBegin: (batch) => {
        if (batch === 0) measures = this.parts.map(({ task }) => task.measure());
      },
      onTestBatchEnd: (_batch: number, _logs: Logs, { start, outputs: all }: TestedBatch) => {
        const indices = Array.from({ length: all[0].shape[0] }, (_, i) => start + i);
        this.parts.forEach(({ pictures, outputs }, i) => {
          const rows = this.rowsOf(pictures, indices);
          if (rows.length === 0) return;
          // Pictures of a set follow each other, as nothing is shuffled here.
          const own = outputs(all).map((output) => output.slice(rows[0], rows[0] + rows.length));
          const begin = this.begins[this.sets.indexOf(pictures)];
          const numbers = rows.map((row) => indices[row]);
          measures[i].add(
            numbers.map((number) => number - begin),
            numbers.map((number) => this.things.get(number)!),
            own,
          );
        });
      },
      onTestEnd: () =>
        Object.fromEntries(
          this.parts.flatMap(({ figures }, i) => {
            const found = measures[i].figures();
            return Object.entries(figures).map(([logged, figure]) => [logged, found[figure]]);
          }),
        ),
    };
  }

  /** Which of some pictures are of a set. */
  private rowsOf(pictures: PicturesWithThings, indices: ArrayLike<number>): number[] {
    const begin = this.begins[this.sets.indexOf(pictures)];
    return Array.from(indices, (_, row) => row).filter(
      (row) => indices[row] >= begin && indices[row] < begin + pictures.size,
    );
  }

  private async read(
    indices: ArrayLike<number>,
    x: Float32Array,
    pass: DataPass | undefined,
  ): Promise<readonly PlacedThings[]> {
    const [first] = this.sets;
    if (this.sets.length === 1) return first.fill(indices, x, pass);
    const width = x.length / indices.length;
    const all: PlacedThings[] = [];
    for (const [i, pictures] of this.sets.entries()) {
      const rows = this.rowsOf(pictures, indices);
      if (rows.length === 0) continue;
      const own = new Float32Array(rows.length * width);
      const numbers = Int32Array.from(rows, (row) => indices[row] - this.begins[i]);
      const things = await pictures.fill(numbers, own, pass);
      rows.forEach((row, k) => {
        rowsOf(x, width, row).set(own.subarray(k * width, (k + 1) * width));
        all[row] = things[k];
      });
    }
    return all;
  }
}
