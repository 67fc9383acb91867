import { Random, StriateError } from '../tensor/index.js';
import { BatchBuffers } from './batchBuffers.js';
import type { InputData, TargetData } from './batchColumns.js';
import { firstOf, tensorExamples, type Batch, type ExampleOptions, type Examples } from './examples.js';

/** One pass over a source. */
export interface BatchIterator {
  /**
   * The next batch, or undefined at the end. As many batches as the source fetches ahead can be fetched while one is
   * computed; the call after these reuses its arrays.
   */
  next(): Batch | undefined | Promise<Batch | undefined>;
  /** Gives the arrays back to whoever fetches next: to be called when no batch of it is being fetched or used. */
  end?(): void;
}

/** Several batches are fetched ahead only as far as they take no more than this: a large one alone is far enough. */
const bytesAhead = 32e6;

/** Begins to fetch a batch; an error waits for whoever awaits the batch. */
function fetchNext(batches: BatchIterator): Promise<Batch | undefined> {
  const fetching = (async () => batches.next())();
  fetching.catch(() => undefined);
  return fetching;
}

/** The batches of a pass, in order, some of them being fetched before they are asked for. */
export class PrefetchedBatches {
  private readonly underWay: Promise<Batch | undefined>[] = [];

  constructor(
    private readonly batches: BatchIterator,
    private readonly ahead: number,
  ) {
    this.fetch();
  }

  /** The next batch; undefined at the end. */
  async next(): Promise<Batch | undefined> {
    return this.underWay.shift();
  }

  /** Waits for what is still being fetched, and gives the arrays back; no batch may be in use any more. */
  async end(): Promise<void> {
    // A generator of the user's may never come back.
    if (!this.batches.end) return;
    await Promise.allSettled(this.underWay.splice(0));
    this.batches.end();
  }

  /** Begins to fetch what can be fetched: to be called once the batch before has been handed to the engine. */
  fetch(): void {
    while (this.underWay.length < this.ahead) this.underWay.push(fetchNext(this.batches));
  }
}

/** Where batches come from. */
export interface BatchSource {
  /** The number of examples of an epoch, where it is known. */
  readonly examples: number | undefined;
  /** The size of all batches but the last, where it is known. */
  readonly batchSize: number | undefined;
  /** The number of batches of an epoch, where it is known. */
  readonly steps: number | undefined;
  /** How many batches are fetched while one is computed. */
  readonly ahead: number;
  /** Begins an epoch at a batch; what comes does not depend on earlier epochs. */
  batches(epoch: number, firstBatch: number): BatchIterator;
}

/** Options of an indexed source. */
export interface IndexedOptions {
  readonly batchSize: number;
  /** The seed of the order, which together with the number of the epoch determines it; undefined: as they lie. */
  readonly shuffleSeed?: number | undefined;
  /** The seed of augmentation, in training only; without it examples come as they are. */
  readonly passSeed?: number;
  /** Only these examples. */
  readonly begin?: number;
  readonly end?: number;
  /** At most this many batches an epoch. */
  readonly steps?: number | undefined;
  /** Where arrays come from that it shares with others; its own by default. */
  readonly buffers?: BatchBuffers;
}

/** Batches of examples that can be fetched in any order. */
export class IndexedSource implements BatchSource {
  readonly examples: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly ahead: number;
  private readonly begin: number;
  private readonly shuffleSeed: number | undefined;
  private readonly passSeed: number | undefined;
  private readonly available: number;
  private readonly buffers: BatchBuffers;

  constructor(
    private readonly source: Examples,
    options: IndexedOptions,
  ) {
    const { batchSize, shuffleSeed, passSeed, begin = 0, end = source.size, steps = Infinity } = options;
    this.buffers = options.buffers ?? new BatchBuffers();
    this.begin = begin;
    this.shuffleSeed = shuffleSeed;
    this.passSeed = passSeed;
    const available = end - begin;
    this.batchSize = Math.min(batchSize, available);
    const held = Math.floor(bytesAhead / ((source.bytes ?? 0) * this.batchSize));
    this.ahead = Math.max(1, Math.min(source.ahead ?? 1, held));
    this.steps = Math.min(Math.ceil(available / batchSize), steps);
    this.examples = Math.min(available, this.steps * batchSize);
    this.available = available;
  }

  batches(epoch: number, firstBatch: number): BatchIterator {
    const order = Int32Array.from({ length: this.available }, (_, i) => this.begin + i);
    if (this.shuffleSeed !== undefined) new Random([this.shuffleSeed, epoch]).shuffle(order);
    const pass = this.passSeed === undefined ? undefined : { epoch, seed: this.passSeed };
    let step = firstBatch;
    const inUse: Batch[] = [];
    return {
      next: () => {
        if (step >= this.steps) return undefined;
        if (this.shuffleSeed === undefined && this.source.slice) {
          const first = step++ * this.batchSize;
          return this.source.slice(this.begin + first, this.begin + Math.min(first + this.batchSize, this.examples));
        }
        const indices = order.subarray(step * this.batchSize, Math.min((step + 1) * this.batchSize, this.examples));
        const buffer = (inUse[step % (this.ahead + 1)] ??= this.buffers.take(this.source, this.batchSize));
        step++;
        const batch = firstOf(buffer, indices.length);
        const filling = this.source.fill(indices, batch, pass);
        return filling ? filling.then(() => batch) : batch;
      },
      end: () => {
        for (const buffer of Object.values(inUse.splice(0))) this.buffers.give(this.source, buffer);
      },
    };
  }
}

/** A batch as a generator yields it. */
export type StreamedBatch =
  | readonly [x: InputData, y: TargetData, sampleWeight?: ArrayLike<number>]
  | { readonly x: InputData; readonly y: TargetData; readonly sampleWeight?: ArrayLike<number> };

/** Batches one after another, perhaps without end; a function begins anew at every epoch. */
export type BatchStream = Iterable<StreamedBatch> | AsyncIterable<StreamedBatch> | (() => BatchStream);

/** Batches of a generator: what it yields is taken as it comes, and checked. */
export class StreamSource implements BatchSource {
  readonly examples = undefined;
  readonly batchSize = undefined;
  readonly ahead = 1;
  private iterator: Iterator<StreamedBatch> | AsyncIterator<StreamedBatch> | undefined;

  constructor(
    private readonly stream: BatchStream,
    private readonly options: ExampleOptions,
    readonly steps: number | undefined,
  ) {}

  batches(_epoch: number, firstBatch: number): BatchIterator {
    let step = firstBatch;
    // With a number of steps the stream goes on from epoch to epoch; without, every epoch is the whole stream.
    if (this.steps === undefined) this.iterator = undefined;
    return {
      next: async () => {
        if (this.steps !== undefined && step >= this.steps) return undefined;
        const fresh = this.iterator === undefined;
        this.iterator ??= open(this.stream);
        let result = await this.iterator.next();
        if (result.done && !fresh && this.steps !== undefined) {
          this.iterator = open(this.stream);
          result = await this.iterator.next();
        }
        if (result.done) {
          this.iterator = undefined;
          if (this.steps === undefined && step > 0) return undefined;
          throw new StriateError({
            where: this.options.where,
            rule: `the data ran out at batch ${step}${this.steps === undefined ? '' : ` of ${this.steps}`}`,
            advice: 'give a function that makes a new generator, one that never ends, or ask for fewer steps',
          });
        }
        step++;
        const value = result.value;
        const [x, y, sampleWeight] = isTuple(value) ? value : [value.x, value.y, value.sampleWeight];
        return tensorExamples(this.options, x, y, sampleWeight).asBatch();
      },
    };
  }
}

function isTuple(value: StreamedBatch): value is Extract<StreamedBatch, readonly unknown[]> {
  return Array.isArray(value);
}

function open(stream: BatchStream): Iterator<StreamedBatch> | AsyncIterator<StreamedBatch> {
  if (typeof stream === 'function') return open(stream());
  return Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
}
