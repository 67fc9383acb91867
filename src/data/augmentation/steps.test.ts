import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../tensor/index.js';
import { imageFolder } from '../folders/imageFolder.node.js';
import { augmentation, augmentations, augmentationSteps, AugmentTransform, type AugmentationStep } from './index.js';
import type { StepFunction } from './augmentationStep.js';
import { stepsOf } from './steps.js';

const { colorJitter, kerasColours, kerasGeometry, randomErasing, randomResizedCrop } = augmentationSteps;
const source = {
  data: Uint8Array.from({ length: 20 * 30 * 3 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24),
  height: 20,
  width: 30,
  channels: 3,
};
const target = { height: 12, width: 12, channels: 3 };

function applied(steps: readonly AugmentationStep[], seed = 1): number[] {
  const out = new Float32Array(12 * 12 * 3);
  new AugmentTransform(steps).apply(source, target, new Random(seed), out, 0);
  return [...out];
}

const dark = kerasColours({ brightnessRange: [0.5, 0.5] });
const flip = kerasGeometry({ horizontalFlip: true, rotationRange: 30 });

/** Brightens by a random amount. */
const fog: StepFunction = ({ data }, random, options) => {
  const { most } = options as { most: number };
  const added = random.uniform(0, most);
  for (let i = 0; i < data.length; i++) data[i] += added;
};

describe('steps of an augmentation', () => {
  it('are what an object of options stands for', () => {
    const { strong } = augmentations;
    const out = new Float32Array(12 * 12 * 3);
    new AugmentTransform(strong).apply(source, target, new Random(4), out, 0);
    expect(applied(stepsOf(strong), 4)).toEqual([...out]);
    expect(stepsOf({ ...strong, colorJitter: { hue: 0.1 } }).map(({ step }) => step)).toEqual([
      'kerasGeometry',
      'randomResizedCrop',
      'randAugment',
      'colorJitter',
      'randomErasing',
    ]);
  });

  it('are done in their order', () => {
    const brighten: StepFunction = ({ data }) => data.forEach((value, i) => (data[i] = value + 50));
    expect(applied([])).not.toEqual(applied([dark]));
    const [first, last] = [applied([brighten, dark]), applied([dark, brighten])];
    first.forEach((value, i) => expect(value).toBeLessThan(last[i]));
  });

  it('sample a picture once where changes of geometry stand next to each other', () => {
    const seen: number[] = [];
    const look: StepFunction = ({ height, width }) => seen.push(height, width);
    const crop = randomResizedCrop({ scale: [0.5, 0.6] });
    applied([look, flip, look, crop, look, flip]);
    // What stands before a crop sees the whole picture.
    expect(seen).toEqual([20, 30, 20, 30, 12, 12]);
    expect(applied([kerasGeometry({ verticalFlip: true }), colorJitter({}), crop])).toHaveLength(432);
  });

  it('draw the same whatever a function between them draws', () => {
    const none: StepFunction = () => undefined;
    const many: StepFunction = (_, random) => void Array.from({ length: 9 }, () => random.uniform());
    expect(applied([many, flip, randomErasing()])).toEqual(applied([none, flip, randomErasing()]));
  });

  it('refuse what they do not know', () => {
    expect(() => augmentation([dark, kerasGeometry({ rotationRange: -1 })])).toThrow(
      /^augmentationSteps.kerasGeometry: rotationRange: must be degrees/,
    );
    expect(() => augmentation([{ step: 'fog' } as never])).toThrow(/step 1: must be one of kerasGeometry, /);
    expect(() => augmentation([colorJitter({ brightnes: 1 } as never)])).toThrow(/there is no option 'brightnes'/);
  });
});

describe('steps of one’s own, in a folder of pictures', () => {
  let folder: string;
  let module: URL;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-steps-'));
    for (const [label, name] of ['dark', 'light'].entries()) {
      await mkdir(join(folder, name));
      for (let i = 0; i < 5; i++) {
        const data = Uint8Array.from({ length: 24 * 20 * 3 }, (_, at) => ((at * (i + 3)) % 120) + 120 * label);
        await sharp(data, { raw: { width: 24, height: 20, channels: 3 } })
          .png()
          .toFile(join(folder, name, `${i}.png`));
      }
    }
    await writeFile(join(folder, 'fog.mjs'), `export const fog = ${fog.toString()};\n`);
    module = pathToFileURL(join(folder, 'fog.mjs'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function batch(workers: number, step: AugmentationStep): Promise<Float32Array> {
    const augment = augmentation([flip, step, randomErasing({ probability: 1 })]);
    const { train } = await imageFolder(folder, { size: [12, 12], validationSplit: 0, workers, augment });
    const x = new Float32Array(train.size * 12 * 12 * 3);
    try {
      await train.fill([...Array(train.size).keys()], x, new Int32Array(train.size), { epoch: 1, seed: 2 });
      return x;
    } finally {
      await train.close();
    }
  }

  it('give the same pictures in threads and without, and as a function', async () => {
    const step = { module, name: 'fog', options: { most: 40 } };
    const here = await batch(0, step);
    expect(await batch(2, step)).toEqual(here);
    const own: StepFunction = (picture, random) => fog(picture, random, { most: 40 });
    expect(await batch(0, own)).toEqual(here);
    expect(await batch(2, own)).toEqual(here);
  });

  it('say which module or function is missing', async () => {
    for (const workers of [0, 1]) {
      await expect(batch(workers, { module, name: 'mist' })).rejects.toThrow(
        /step 2, 'mist' of .*fog\.mjs: the module exports no such function/,
      );
      await expect(batch(workers, { module: new URL('gone.mjs', module), name: 'fog' })).rejects.toThrow(
        /gone\.mjs: the module cannot be loaded/,
      );
    }
  });
});
