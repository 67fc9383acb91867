import { signal } from '@preact/signals';
import type { CanvasPicture } from 'striate/explain';
import { thumbnailColours, type PictureShape } from '../../pictures/thumbnail.js';

/** Pictures that are kept on the page's side; those that were looked at longest ago go. */
const mostKept = 4000;

/** Small pictures, brought from the worker when they are first looked at, many at once. */
export class Thumbnails {
  /** Those that are here, another map when more have come. */
  readonly pictures = signal(new Map<number, CanvasPicture>());
  private readonly asked = new Set<number>();
  private next: number[] = [];

  constructor(
    readonly shape: PictureShape,
    private readonly ask: (indices: readonly number[]) => Promise<Uint8Array>,
  ) {}

  /** A picture; undefined while it is on its way. */
  get(index: number): CanvasPicture | undefined {
    const pictures = this.pictures.value;
    const found = pictures.get(index);
    if (found) {
      pictures.delete(index);
      pictures.set(index, found);
    } else if (!this.asked.has(index)) {
      this.asked.add(index);
      this.next.push(index);
      if (this.next.length === 1) queueMicrotask(() => void this.bring());
    }
    return found;
  }

  private async bring(): Promise<void> {
    const indices = this.next;
    this.next = [];
    const bytes = await this.ask(indices).catch(() => undefined);
    for (const index of indices) this.asked.delete(index);
    // What was asked of pictures that are no longer held is not asked again.
    if (!bytes) return;
    const [height, width, channels] = this.shape;
    const size = height * width * channels;
    const pictures = new Map(this.pictures.peek());
    indices.forEach((index, i) => {
      const data = thumbnailColours(bytes.subarray(i * size, (i + 1) * size), this.shape);
      pictures.set(index, { width, height, data });
    });
    for (const index of pictures.keys()) {
      if (pictures.size <= mostKept) break;
      pictures.delete(index);
    }
    this.pictures.value = pictures;
  }
}
