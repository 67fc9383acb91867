import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random, StriateError, Tensor } from '../../tensor/index.js';
import { PictureSet } from '../pictureSet.js';
import type { TransformDescription } from '../../pictures/pictureTransform.js';
import { transformFrom } from '../threads/transformFrom.js';
import { augment, augmentation, AugmentTransform, augmentations, mix, type AugmentationOptions } from './index.js';
import { applyKerasColours } from './kerasColours.js';

/** Random byte pictures. */
function pictures(count: number, side: number, channels: number, classes = 3): PictureSet {
  const random = new Random([count, side, channels]);
  const size = count * side * side * channels;
  return new PictureSet({
    name: 'noise',
    x: new Tensor(
      'uint8',
      [count, side, side, channels],
      Uint8Array.from({ length: size }, () => random.integer(256)),
    ),
    y: new Tensor(
      'int32',
      [count],
      Int32Array.from({ length: count }, (_, i) => i % classes),
    ),
    classNames: Array.from({ length: classes }, (_, c) => `c${c}`),
  });
}

async function read(
  set: { fill: PictureSet['fill'] | ReturnType<typeof augment>['fill']; inputShape: readonly number[] },
  indices: number[],
  pass?: { epoch: number; seed: number },
): Promise<Float32Array> {
  const x = new Float32Array(indices.length * set.inputShape.reduce((a, b) => a * b));
  await set.fill(indices, x, new Int32Array(indices.length), pass);
  return x;
}

const everything: AugmentationOptions = {
  ...augmentations.basic,
  brightnessRange: [0.7, 1.3],
  channelShiftRange: 30,
  verticalFlip: true,
  fillMode: 'reflect',
  randomResizedCrop: true,
  colorJitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 },
  randAugment: { n: 3, magnitude: 12 },
  randomErasing: true,
};

describe('augment', () => {
  it('changes nothing where options say so, to the bit', async () => {
    const set = pictures(4, 9, 3);
    const plain = await read(set, [0, 1, 2, 3]);
    const still: AugmentationOptions[] = [
      { rotationRange: 0, zoomRange: 0, shearRange: 0, widthShiftRange: 0 },
      { fillMode: 'constant', cval: 255 },
    ];
    for (const options of still) {
      expect(await read(augment(set, options), [0, 1, 2, 3], { epoch: 0, seed: 1 })).toEqual(plain);
    }
    const nearly = await read(augment(set, { zoomRange: [1, 1.0000001], brightnessRange: [1, 1] }), [0, 1, 2, 3], {
      epoch: 0,
      seed: 1,
    });
    nearly.forEach((value, at) => expect(Math.abs(value - plain[at])).toBeLessThan(1e-4));
    expect(augment(set, augmentations.none)).toBe(set);
  });

  it('leaves pictures as they are outside training', async () => {
    const set = pictures(4, 9, 3);
    expect(await read(augment(set, everything), [2, 0])).toEqual(await read(set, [2, 0]));
  });

  it('follows seed, epoch and example, and nothing else', async () => {
    const set = augment(pictures(6, 9, 3), everything);
    const pass = { epoch: 2, seed: 7 };
    const together = await read(set, [0, 1, 2, 3, 4, 5], pass);
    const size = 9 * 9 * 3;
    const apart = await read(set, [4, 1], pass);
    expect(apart.subarray(0, size)).toEqual(together.subarray(4 * size, 5 * size));
    expect(apart.subarray(size)).toEqual(together.subarray(size, 2 * size));
    expect(await read(set, [4], { epoch: 3, seed: 7 })).not.toEqual(apart.subarray(0, size));
    expect(await read(set, [4], { epoch: 2, seed: 8 })).not.toEqual(apart.subarray(0, size));
  });

  it('keeps values within black and white', async () => {
    const sets = [1, 2, 3].map((channels) => pictures(3, 7, channels));
    const black = augment(sets[2], { ...everything, fillMode: 'constant' });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0 }), async (seed) => {
        for (const set of [...sets.map((one) => augment(one, everything)), black]) {
          for (const value of await read(set, [0, 1, 2], { epoch: 0, seed })) {
            if (!(value >= 0 && value <= 1.000001)) throw new Error(`${value}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes sets whose black and white are other numbers', async () => {
    const x = new Tensor('float32', [1, 2, 2, 1], new Float32Array([-1, 0, 0.5, 1]));
    const set = new PictureSet({ name: 'f', x, y: new Tensor('int32', [1], new Int32Array(1)), classNames: ['a'] });
    const dark = await read(augment(set, { brightnessRange: [0.5, 0.5], valueRange: [-1, 1] }), [0], {
      epoch: 0,
      seed: 0,
    });
    [-1, -0.5, -0.25, 0].forEach((value, at) => expect(dark[at]).toBeCloseTo(value, 5));
  });

  it('is described by plain values, from which a worker makes it again', () => {
    const transform = augmentation(everything)({ mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2], order: 'BGR' });
    const again = transformFrom(JSON.parse(JSON.stringify(transform.description)) as TransformDescription);
    const source = {
      data: Uint8Array.from({ length: 300 }, (_, i) => (i * 89) % 256),
      height: 10,
      width: 10,
      channels: 3,
    };
    const target = { height: 6, width: 8, channels: 3 };
    const [a, b] = [transform, again].map((one) => {
      const out = new Float32Array(144 + 5);
      one.apply(source, target, new Random([1, 2, 3]), out, 5);
      return out;
    });
    expect(b).toEqual(a);
    expect([...a.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0]);
    expect(transform.enlarge).toBe(2);
    expect(new AugmentTransform({}, { preprocessingFunction: (x) => x }).description).toBeUndefined();
  });

  it('erases rectangles within their range of areas', async () => {
    const white = new PictureSet({
      name: 'white',
      x: new Tensor('uint8', [1, 40, 40, 1], new Uint8Array(1600).fill(255)),
      y: new Tensor('int32', [1], new Int32Array(1)),
      classNames: ['a'],
    });
    const set = augment(white, { randomErasing: { probability: 1, scale: [0.1, 0.2], ratio: [0.5, 2] } });
    for (let seed = 0; seed < 50; seed++) {
      const x = await read(set, [0], { epoch: 0, seed });
      const rows = Array.from(
        { length: 40 },
        (_, r) => x.subarray(r * 40, r * 40 + 40).filter((v) => v === 0).length,
      ).filter(Boolean);
      expect(new Set(rows).size).toBe(1);
      const area = rows.length * rows[0];
      // Sides are rounded to whole pixels.
      expect(area >= 0.09 * 1600 && area <= 0.215 * 1600).toBe(true);
    }
    const half = augment(white, { randomErasing: true });
    const erased = await Promise.all(Array.from({ length: 200 }, (_, seed) => read(half, [0], { epoch: 0, seed })));
    const count = erased.filter((x) => x.includes(0)).length;
    expect(count > 70 && count < 130).toBe(true);
  });

  it('shifts channels within the picture’s own range and multiplies brightness, as Keras', () => {
    const shifted = Float32Array.of(10, 100, 200);
    applyKerasColours(shifted, 0, 3, 50, undefined, 1);
    expect([...shifted]).toEqual([60, 150, 200]);
    const both = Float32Array.of(10, 100, 200);
    applyKerasColours(both, 0, 3, -20, 1.5, 1);
    // 10, 80, 180, then times 1.5, cut off at 255.
    expect([...both]).toEqual([15, 120, 255]);
  });

  it('says what is wrong', () => {
    const set = pictures(2, 4, 3);
    const wrong: [object, RegExp][] = [
      [{ rotation: 3 }, /no option 'rotation'; the options are rotationRange/],
      [{ rotationRange: -1 }, /rotationRange: must be degrees.*received -1/],
      [{ zoomRange: 1 }, /zoomRange: must be a number below 1/],
      [{ zoomRange: [1.2, 0.8] }, /zoomRange/],
      [{ fillMode: 'mirror' }, /one of nearest, constant, reflect, wrap; received 'mirror'/],
      [{ brightnessRange: 0.2 }, /such as \[0.8, 1.2\]/],
      [{ randAugment: { magnitude: 31 } }, /below bins/],
      [{ randAugment: { m: 9 } }, /randAugment: there is no option 'm'/],
      [{ colorJitter: { hue: 0.7 } }, /hue/],
      [{ mixUp: -1 }, /mixUp: must be a number of at least 0/],
      [{ horizontalFlip: 1 }, /true or false/],
      [{ valueRange: [1, 0] }, /valueRange/],
    ];
    for (const [options, message] of wrong) {
      expect(() => augment(set, options)).toThrow(StriateError);
      expect(() => augment(set, options)).toThrow(message);
    }
  });
});

describe('mix', () => {
  const classes = 4;
  const set = pictures(9, 8, 1, classes);
  const row = 64;

  it('gives targets that sum to 1 and tell which share of a picture is whose', async () => {
    const plain = await read(set, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let cut = 0;
    for (let seed = 0; seed < 60; seed++) {
      const mixed = mix(set, { mixUp: 0.4, cutMix: 1 });
      const indices = [5, 0, 3, 8, 1, 6];
      const x = new Float32Array(6 * row);
      const targets = new Float32Array(6 * classes);
      await mixed.fillTargets!(indices, x, targets, { epoch: 1, seed });
      const first = plain.subarray(5 * row, 6 * row);
      const last = plain.subarray(6 * row, 7 * row);
      const own = x.subarray(0, row);
      for (let i = 0; i < 6; i++) {
        const sum = targets.subarray(i * classes, (i + 1) * classes).reduce((a, b) => a + b);
        expect(sum).toBeCloseTo(1, 5);
      }
      // Example 5 is of class 1, its partner 6 of class 2.
      const share = targets[1];
      const pasted = own.filter((v, at) => v !== first[at]).length;
      if (own.every((v, at) => v === first[at] || v === last[at])) {
        cut++;
        expect(pasted / row).toBeCloseTo(1 - share, 5);
      } else own.forEach((v, at) => expect(v).toBeCloseTo(share * first[at] + (1 - share) * last[at], 4));
    }
    expect(cut > 15 && cut < 45).toBe(true);
  });

  it('draws shares from Beta(alpha, alpha)', async () => {
    for (const [alpha, variance] of [
      [1, 1 / 12],
      [0.2, 0.25 / 1.4],
      [8, 0.25 / 17],
    ]) {
      const shares: number[] = [];
      for (let seed = 0; seed < 2000; seed++) {
        const targets = new Float32Array(2 * classes);
        await mix(set, { mixUp: alpha }).fillTargets!([0, 1], new Float32Array(2 * row), targets, { epoch: 0, seed });
        shares.push(targets[0]);
      }
      const mean = shares.reduce((a, b) => a + b) / shares.length;
      expect(mean).toBeCloseTo(0.5, 1);
      const spread = shares.reduce((a, b) => a + (b - mean) ** 2, 0) / shares.length;
      expect(Math.abs(spread / variance - 1)).toBeLessThan(0.12);
    }
  });

  it('does not mix outside training, and asks for a loss over shares in it', async () => {
    const mixed = augment(set, { mixUp: 1 });
    expect(await read(mixed, [3, 1])).toEqual(await read(set, [3, 1]));
    await expect(async () => read(mixed, [3, 1], { epoch: 0, seed: 1 })).rejects.toThrow(
      /loss 'categoricalCrossentropy'/,
    );
  });
});
