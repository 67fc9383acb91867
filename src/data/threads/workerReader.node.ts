import { StriateError } from '../../tensor/index.js';
import type { SharedPixels } from './decodeTask.js';
import type { DecodeWorkers } from './decodeWorkers.node.js';
import { DiskCache } from './diskCache.node.js';
import type { KeptPictures } from '../../pictures/pictureCache.js';
import {
  applyStage,
  type PictureReader,
  type PictureRequest,
  type PictureStage,
  type UnreadRequest,
} from '../../pictures/pictureReader.js';
import { PlainTransform } from '../../pictures/plainTransform.js';

/** Reads files in threads, into shared memory. */
export class WorkerReader implements PictureReader {
  /** Memory of earlier batches, to be reused. */
  private readonly spare: SharedArrayBuffer[] = [];
  /** The stages' numbers in the threads. */
  private readonly stages = new Map<PictureStage, number>();

  constructor(
    private readonly workers: DecodeWorkers,
    private readonly pathOf: (file: number) => string,
    private readonly cache: KeptPictures,
  ) {}

  async read(stage: PictureStage, requests: readonly PictureRequest[], x: Float32Array): Promise<UnreadRequest[]> {
    const { geometry, transform } = stage;
    const row = geometry.height * geometry.width * geometry.channels;
    // Threads write straight into the batch if its memory is shared.
    const direct = x.buffer instanceof SharedArrayBuffer;
    const batch = direct ? x.buffer : this.memory(x.byteLength);
    const begin = direct ? x.byteOffset : 0;
    const written = new Float32Array(batch, begin, x.length);
    const unread: UnreadRequest[] = [];
    // Looking bytes up in a table is faster than asking a thread to do so; users' functions are called here.
    const number = this.numberOf(stage);
    const own = transform.description === undefined;
    const disk = this.cache instanceof DiskCache ? this.cache : undefined;
    // Reading from disk may block, which the main thread should not.
    const here = own || (transform instanceof PlainTransform && !disk);
    const readOne = async (request: PictureRequest): Promise<void> => {
      const { file, place, random } = request;
      const slot = disk?.slot(file, geometry);
      const kept = disk && !own ? undefined : this.cache.get(file, geometry);
      if (kept && here) return applyStage(stage, kept, request, x);
      const fits = !kept && !slot && this.cache.hasRoom(geometry);
      const answer = await this.workers
        .perform({
          stage: number,
          path: this.pathOf(file),
          batch,
          begin,
          place,
          random,
          pixels: kept as SharedPixels | undefined,
          slot,
          keep: own || (fits && !disk),
          write: fits && disk !== undefined,
        })
        .catch((error: unknown) => {
          throw new StriateError({
            where: 'picture folder',
            rule: `a decoding thread ended (${(error as Error).message})`,
            advice: 'with workers: 0 pictures are decoded without threads',
          });
        });
      if (answer.failed !== undefined) throw new StriateError(answer.failed);
      if (answer.broken !== undefined) {
        unread.push({ request, reason: answer.broken });
        return;
      }
      if (answer.slot) disk?.record(file, geometry, answer.slot);
      if (answer.pixels && !disk) this.cache.offer(file, geometry, answer.pixels);
      if (own) applyStage(stage, answer.pixels!, request, x);
      else if (!direct) x.set(written.subarray(place * row, (place + 1) * row), place * row);
    };
    if (own) await transform.ready?.();
    // All of them finish before the memory is reused, even if one fails.
    const results = await Promise.allSettled(requests.map(readOne));
    if (!direct) this.spare.push(batch);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return unread.sort((a, b) => a.request.place - b.request.place);
  }

  async close(): Promise<void> {
    const release = this.cache instanceof DiskCache ? this.cache.release() : undefined;
    await this.workers.close();
    // Only when no thread can write any more: the next opened file may get the same descriptor.
    release?.();
  }

  private numberOf(stage: PictureStage): number {
    let number = this.stages.get(stage);
    if (number === undefined) {
      const { geometry, transform } = stage;
      number = this.workers.addStage({ geometry, transform: transform.description });
      this.stages.set(stage, number);
    }
    return number;
  }

  private memory(bytes: number): SharedArrayBuffer {
    const at = this.spare.findIndex(({ byteLength }) => byteLength >= bytes);
    return at === -1 ? new SharedArrayBuffer(bytes) : this.spare.splice(at, 1)[0];
  }
}
