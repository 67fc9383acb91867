import type { Batch, Examples } from './examples.js';

/** Arrays for batches. Training and validation take turns, so that one needs none beside the other's. */
export class BatchBuffers {
  private readonly free = new Map<string | Examples, Map<number, Batch[]>>();

  /** Arrays for so many examples: given back before, or new. */
  take(source: Examples, count: number): Batch {
    return this.listFor(source, count).pop() ?? source.allocate(count);
  }

  /** Takes back what `take` gave for such examples. */
  give(source: Examples, batch: Batch): void {
    this.listFor(source, batch.size).push(batch);
  }

  private listFor(source: Examples, count: number): Batch[] {
    const form = source.layout ?? source;
    let counts = this.free.get(form);
    if (!counts) this.free.set(form, (counts = new Map<number, Batch[]>()));
    let list = counts.get(count);
    if (!list) counts.set(count, (list = []));
    return list;
  }
}

/** Buffers that are kept as long as somebody uses them, and for the next user until their memory is reclaimed. */
export class ReusableBuffers {
  private kept: WeakRef<BatchBuffers> | undefined;

  get(): BatchBuffers {
    let buffers = this.kept?.deref();
    if (!buffers) this.kept = new WeakRef((buffers = new BatchBuffers()));
    return buffers;
  }
}
