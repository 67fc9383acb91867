import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCifar10, Tensor, zoo } from '../../../src/index.js';
import { decodePicture, pictureBytes } from '../../../src/pictures/decodePicture.js';
import { pictureLimits } from '../../../src/pictures/pictureHeader.js';
import type { Explained } from './references.js';

/** The folder with published weights and real pictures; empty where there is none. */
export const dataFolder = process.env.STRIATE_DATA ?? '';
/** Why tests of these networks are skipped, for their titles. */
export const skipReason = dataFolder ? '' : ' (skipped: STRIATE_DATA is not set)';

/** Networks with published weights and the pictures of make_pretrained.py, none of which is resized. */
export const publishedNetworks: Readonly<Record<string, () => Promise<Explained>>> = {
  async cifar_resnet20() {
    const file = join(dataFolder, 'cifar10', 'test_batch.bin');
    const { x } = parseCifar10(readFileSync(file).subarray(0, 3073), file);
    const [mean, std] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const picture = Float32Array.from(x.data, (level, i) => (level / 255 - mean[i % 3]) / std[i % 3]);
    const model = zoo.create('cifar_resnet20');
    await model.loadWeights(join(dataFolder, 'pretrained', 'resnet20-cifar10.safetensors'));
    return { model, picture: new Tensor('float32', [32, 32, 3], picture) };
  },
  async squeezenet1_1() {
    const size = 224;
    const { data } = await decodePicture(
      await pictureBytes(join(dataFolder, 'photos', 'cat_dog.png'), pictureLimits),
      { height: size, width: size, fit: 'crop', margin: 1, channels: 3, interpolation: 'bilinear' },
      pictureLimits,
    );
    const means = [123, 117, 104];
    const picture = Float32Array.from(data, (level, i) => level - means[i % 3]);
    const model = zoo.create('squeezenet1_1', { inputShape: [size, size, 3] });
    await model.loadWeights(join(dataFolder, 'pretrained', 'squeezenet1_1-imagenet.safetensors'));
    return { model, picture: new Tensor('float32', [size, size, 3], picture) };
  },
};
