import { sizeOf } from '../../tensor/index.js';
import type { Subject } from '../subject.js';

/** A picture and its map, with what measures of evidence ask the model. */
export interface Exhibit {
  /** Gives the target's probability. */
  readonly subject: Subject;
  /** The place of the picture among the subject's. */
  readonly picture: number;
  /** [H, W, C] as the model takes it. */
  readonly x: Float32Array;
  /** [H, W]: how much each pixel counts. */
  readonly heat: Float32Array;
  /** Pixels, the most important first. */
  readonly order: Uint32Array;
}

/**
 * What the model says of versions of a picture, a batch at a time: `write` is called once for each version, in order, and writes
 * it into its place.
 */
export async function scoresOf(
  { subject, picture }: Exhibit,
  versions: number,
  write: (version: number, into: Float32Array) => void,
): Promise<Float32Array> {
  const size = sizeOf(subject.pictureShape);
  const batch = Math.min(subject.batchSize, versions);
  const data = new Float32Array(batch * size);
  const scores = new Float32Array(versions);
  for (let first = 0; first < versions; first += batch) {
    const count = Math.min(batch, versions - first);
    for (let k = 0; k < count; k++) write(first + k, data.subarray(k * size, (k + 1) * size));
    scores.set(await subject.scores({ data, of: Array.from({ length: count }, () => picture) }), first);
  }
  return scores;
}
