import type { DataSet, Model, Tensor } from 'striate';
import { probabilitiesOf } from '../../engine/probabilities.js';
import { batchOf } from './openData.js';
import { shownPictures, spread, type ShownPicture } from '../../pictures/shownPictures.js';

/** How many held-out pictures are watched. */
export const watched = 12;

/** What a training sees at a moment: twelve held-out pictures, and the kernels of the first convolution. */
export interface TrainingLook {
  /** Sent at the beginning, as they stay the same. */
  readonly pictures?: readonly ShownPicture[];
  readonly truths: readonly number[];
  /** A row of probabilities for each picture. */
  readonly probabilities: readonly Float32Array[];
  readonly kernels: Kernels | undefined;
}

/** Kernels of a convolution. */
export interface Kernels {
  readonly layer: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  /** [height, width, channels, filters] */
  readonly data: Float32Array;
}

/** Looks at what a model makes of held-out pictures. */
export class Looks {
  private batch:
    { readonly x: Tensor; readonly labels: Int32Array; readonly pictures: readonly ShownPicture[] } | undefined;

  constructor(
    private readonly model: Model,
    private readonly held: DataSet,
  ) {}

  /**
   * @param withPictures whether the pictures themselves come along
   */
  async take(withPictures: boolean): Promise<TrainingLook> {
    if (!this.batch) {
      const { x, labels } = await batchOf(this.held, spread(this.held, watched));
      this.batch = { x, labels, pictures: shownPictures(x, this.held.preprocessing) };
    }
    const { x, labels, pictures } = this.batch;
    const scores = await this.model.predict(x, { batchSize: labels.length });
    return {
      ...(withPictures && { pictures }),
      truths: [...labels],
      probabilities: rowsOf(scores).map(probabilitiesOf),
      kernels: await kernelsOf(this.model),
    };
  }
}

function rowsOf({ shape: [count, classes], data }: Tensor<'float32'>): Float32Array[] {
  return Array.from({ length: count }, (_, i) => data.slice(i * classes, (i + 1) * classes));
}

/** The kernels of the first layer that has some with a height and a width; undefined where none has. */
export async function kernelsOf(model: Model): Promise<Kernels | undefined> {
  for (const [name, { shape, data }] of await model.getWeights()) {
    if (shape.length !== 4 || shape[0] * shape[1] === 1) continue;
    const [height, width, channels, filters] = shape;
    return { layer: name.split('/')[0], height, width, channels, filters, data };
  }
  return undefined;
}
