import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodePicture, pictureBytes } from '../../src/pictures/decodePicture.js';
import { pictureLimits } from '../../src/pictures/pictureHeader.js';
import type { PictureGeometry } from '../../src/pictures/pictureGeometry.js';
import type { Pixels } from '../../src/pictures/pictureTransform.js';

const folder = process.env.STRIATE_DATA ?? '';
const skip = folder === '' ? ' (skipped: STRIATE_DATA is not set)' : '';

/** torchvision's transforms. */
const transforms = {
  'Resize(256), CenterCrop(224)': { size: 224, fit: 'crop', margin: 256 / 224, channels: 3, interpolation: 'bilinear' },
  'Resize((150, 150), BICUBIC)': { size: 150, fit: 'stretch', margin: 1, channels: 3, interpolation: 'bicubic' },
  'Resize(64), CenterCrop(64), Grayscale': { size: 64, fit: 'crop', margin: 1, channels: 1, interpolation: 'bilinear' },
} as const;

async function read(file: string, transform: keyof typeof transforms): Promise<Pixels> {
  const { size, ...rest } = transforms[transform];
  const geometry: PictureGeometry = { height: size, width: size, ...rest };
  return decodePicture(await pictureBytes(join(folder, file), pictureLimits), geometry, pictureLimits);
}

/** The sums of the channels, and the first digits of the bytes' SHA-256, of what torchvision with Pillow 13 gives. */
it.skipIf(skip !== '').each([
  [
    'photos/creative_commons_elephant.jpg',
    'Resize(256), CenterCrop(224)',
    [6709161, 7070697, 5768240],
    'fa90712709d42f81',
  ],
  [
    'photos/creative_commons_elephant.jpg',
    'Resize((150, 150), BICUBIC)',
    [3091342, 3259526, 2709417],
    '1eb896ddb04167d4',
  ],
  ['photos/creative_commons_elephant.jpg', 'Resize(64), CenterCrop(64), Grayscale', [567240], '20faa03297ab19b4'],
  ['photos/cat_dog.png', 'Resize(256), CenterCrop(224)', [6949505, 5951869, 4699989], '7c25cec17400b2d8'],
  ['photos/cat_dog.png', 'Resize((150, 150), BICUBIC)', [3061900, 2628403, 2084326], 'de6cd952a03cf6d0'],
  ['photos/cat_dog.png', 'Resize(64), CenterCrop(64), Grayscale', [490779], '7b1e43582e22017b'],
  ['photos/owl.jpg', 'Resize(256), CenterCrop(224)', [5475219, 6049220, 4232817], '5640d270ddb20ac2'],
  ['photos/owl.jpg', 'Resize((150, 150), BICUBIC)', [2157694, 2501656, 1640053], 'b71620486f190208'],
  ['cats-dogs/train/cats/cat.104.jpg', 'Resize(256), CenterCrop(224)', [5482165, 5111583, 4885126], '68d2c4dccb15a9d7'],
  ['cats-dogs/train/cats/cat.104.jpg', 'Resize((150, 150), BICUBIC)', [2620559, 2332093, 2220937], 'fa9e8091eaac071c'],
  ['cats-dogs/train/cats/cat.104.jpg', 'Resize(64), CenterCrop(64), Grayscale', [431427], '4d3d4c069b73d55f'],
] as const)(`reads %s as torchvision does, to the byte: %s${skip}`, async (file, transform, sums, hash) => {
  const { data, channels } = await read(file, transform);
  const found = Array<number>(channels).fill(0);
  data.forEach((byte, i) => (found[i % channels] += byte));
  expect(found).toEqual(sums);
  expect(createHash('sha256').update(data).digest('hex').slice(0, 16)).toBe(hash);
});

// Six times as large as what is wanted, it is made half as large first.
it.skipIf(skip !== '')(`comes close where a photo is reduced first${skip}`, async () => {
  const { data } = await read('photos/owl.jpg', 'Resize(64), CenterCrop(64), Grayscale');
  const mean = Array.from(data).reduce((sum, byte) => sum + byte, 0) / 4096;
  expect(Math.abs(mean - 447010 / 4096)).toBeLessThan(0.25);
});
