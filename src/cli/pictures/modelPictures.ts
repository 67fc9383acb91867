import { decodePicture, pictureBytes } from '../../pictures/decodePicture.node.js';
import { PictureCache } from '../../pictures/pictureCache.js';
import { LocalReader, plainStage, type PictureDecoder } from '../../pictures/pictureReader.js';
import { pictureLimits } from '../../pictures/pictureLimits.js';
import { completePreprocessing, type Preprocessing } from '../../pictures/preprocessing.js';
import type { Model } from '../../models/index.js';
import { zeros, type Tensor } from '../../tensor/index.js';

/** Some picture files as a model sees them. */
export interface PictureBatch {
  /** [rows, H, W, C]; rows of pictures that could not be read mean nothing. */
  readonly x: Tensor<'float32'>;
  /** Why pictures could not be read, by place in the batch. */
  readonly problems: ReadonlyMap<number, string>;
}

/**
 * A reader of picture files for a model, with the limits of picture folders.
 *
 * @param preprocessing as the model's weights want it; undefined: the middle of the picture at the model's size, 0 to 1
 * @returns reads files into the rows of a batch; `rows` may be more than there are files
 * @throws StriateError when the model takes no grey or RGB pictures.
 */
export function modelPictures(
  model: Model,
  preprocessing: Preprocessing | undefined,
): (paths: readonly string[], rows?: number) => Promise<PictureBatch> {
  const inputShape = model.inputs[0].shape;
  const where = `model '${model.name}'`;
  const stage = plainStage(completePreprocessing(preprocessing ?? {}, inputShape, where), where);
  return async (paths, rows = paths.length) => {
    const decode: PictureDecoder = async (file, wanted) =>
      decodePicture(await pictureBytes(paths[file], pictureLimits), wanted, pictureLimits, { svg: true });
    const x = zeros([rows, ...inputShape]);
    const requests = paths.map((_, place) => ({ file: place, place, random: [0] }));
    const unread = await new LocalReader(decode, new PictureCache(0)).read(stage, requests, x.data);
    return { x, problems: new Map(unread.map(({ request, reason }) => [request.place, reason])) };
  };
}
