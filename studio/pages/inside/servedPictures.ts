/** In the worker: pictures of the server's data sets that are no files by themselves: MNIST's, CIFAR-10's. */
import { Tensor } from 'striate';
import { shownPictures, spread, type ShownPicture } from '../../pictures/shownPictures.js';
import { servedData } from '../../server/servedData.js';

/**
 * So many test pictures of a data set, of all classes in turn.
 *
 * @param api the address of the server's answers, up to and with `api/`
 * @throws StriateError where the folder holds no data set.
 */
export async function servedPictures({
  api,
  folder,
  count,
}: {
  readonly api: string;
  readonly folder: string;
  readonly count: number;
}): Promise<readonly { readonly name: string; readonly picture: ShownPicture }[]> {
  const { splits } = await servedData(api, folder, { inputShape: [28, 28, 3] });
  const { test } = splits;
  const chosen = spread(test, count);
  const shape = [chosen.length, ...test.inputShape];
  const x = new Float32Array(shape.reduce((a, b) => a * b, 1));
  await test.fill(chosen, x, new Int32Array(chosen.length));
  const pictures = shownPictures(new Tensor('float32', shape, x), test.preprocessing);
  return pictures.map((picture, i) => ({ name: `${test.name} ${chosen[i]}.png`, picture }));
}
