import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxArea, clipBox } from '../../geometry/box.js';
import { unplaceBox } from '../../geometry/letterbox.js';
import { RunLengthMask } from '../../geometry/runLengthMask.js';
import { augmentation } from '../augmentation/index.js';
import type { AugmentationOptions } from '../augmentation/augmentationOptions.js';
import { scenes } from '../scenes.js';
import { AnnotatedSet } from './annotatedSet.js';
import { mirroredPoints } from './mirroredPoints.js';

const { train } = scenes({ seed: 5, train: 12, test: 1, size: [64, 80], kinds: ['shapes'], things: [1, 3] });
const length = 64 * 80 * 3;

/** A set of one picture that is white where its thing is, so that what is white after a change is where the mask should be. */
function whiteSquare(size: readonly [number, number]): AnnotatedSet {
  const [height, width] = [40, 60];
  const data = new Uint8Array(height * width * 3);
  const box = [14, 9, 37, 28] as const;
  const inside = new Uint8Array(height * width);
  for (let y = box[1]; y < box[3]; y++) for (let x = box[0]; x < box[2]; x++) inside[y * width + x] = 1;
  inside.forEach((own, at) => data.fill(own * 255, at * 3, at * 3 + 3));
  const mask = RunLengthMask.fromArray(inside, height, width);
  const points = [
    [14.5, 9.5, 2],
    [36.5, 27.5, 1],
  ] as const;
  return new AnnotatedSet({
    name: 'square',
    classNames: ['square'],
    pointNames: ['left', 'right'],
    pictures: [{ name: '0', height, width, annotations: [{ label: 0, box, mask, points }] }],
    problems: [],
    problemLines: [],
    preprocessing: { size, fit: 'contain' },
    read: () => ({ data, height, width, channels: 3 }),
  });
}

const changes = fc.record<AugmentationOptions>(
  {
    horizontalFlip: fc.boolean(),
    verticalFlip: fc.boolean(),
    zoomRange: fc.constantFrom(0.1, 0.3),
    widthShiftRange: fc.constantFrom(0.1, 0.2),
    scaleJitter: fc.constantFrom(true, { scale: [0.6, 1.4] as const }),
    randomResizedCrop: fc.constantFrom({ scale: [0.5, 1] as const }),
  },
  { requiredKeys: [] },
);

describe('an annotated set', () => {
  it('brings pictures into a letterbox, things with them, and back', async () => {
    const set = whiteSquare([80, 80]);
    const x = new Float32Array(80 * 80 * 3);
    const [{ annotations }] = await set.fill([0], x);
    const [{ box, mask, points }] = annotations;
    expect(box[0]).toBeCloseTo((14 * 80) / 60, 9);
    // 40 rows become 53 (or 54 cut down), in the middle of 80.
    expect(box[1]).toBeCloseTo((9 * 53) / 40 + 14, 9);
    unplaceBox(box, set.placed(0)).forEach((edge, i) => expect(edge).toBeCloseTo([14, 9, 37, 28][i], 9));
    mask!.box.forEach((edge, i) => expect(Math.abs(edge - box[i])).toBeLessThanOrEqual(1));
    expect(points![0][0]).toBeCloseTo((14.5 * 80) / 60, 9);
    const white = (at: number): boolean => x[at * 3] > 0.5;
    const agreed = mask!.toArray().reduce((sum, own, at) => sum + Number(white(at) === (own === 1)), 0);
    expect(agreed / 6400).toBeGreaterThan(0.99);
  });

  it('moves boxes, masks and points along with whatever augmentation does', async () => {
    await fc.assert(
      fc.asyncProperty(
        changes,
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 40 }),
        async (options, seed, turn) => {
          const all = { ...options, ...(turn > 30 && { rotationRange: turn }), fillMode: 'constant' } as const;
          const set = whiteSquare([64, 64]).augmented(augmentation(all), { minVisibility: 0.05 });
          const x = new Float32Array(64 * 64 * 3);
          const [{ annotations }] = await set.fill([0], x, { seed, epoch: 0 });
          const white = Uint8Array.from({ length: 64 * 64 }, (_, at) => Number(x[at * 3] > 0.5));
          const seen = white.reduce((a, b) => a + b, 0);
          if (annotations.length === 0) {
            expect(seen).toBeLessThan(450);
            return;
          }
          const [{ box, mask, points }] = annotations;
          mask!.box.forEach((edge, i) => expect(Math.abs(edge - box[i]), 'mask and box').toBeLessThanOrEqual(1));
          const own = mask!.toArray();
          const different = own.reduce((sum, inside, at) => sum + Number(inside !== white[at]), 0);
          // What is drawn and what is masked differ at the border alone.
          const border = 2 * (box[2] - box[0] + box[3] - box[1]);
          expect(different, `${seen} white`).toBeLessThanOrEqual(border * 0.75 + 4);
          for (const [px, py, visibility] of points!) {
            if (visibility === 0) continue;
            expect(px).toBeGreaterThan(box[0] - 2);
            expect(px).toBeLessThan(box[2] + 2);
            expect(py).toBeGreaterThan(box[1] - 2);
            expect(py).toBeLessThan(box[3] + 2);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('exchanges left and right points in a mirror', async () => {
    const set = whiteSquare([40, 60]).augmented(augmentation({ horizontalFlip: true }));
    const x = new Float32Array(40 * 60 * 3);
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 12; epoch++) {
      const [{ annotations }] = await set.fill([0], x, { seed: 1, epoch });
      const [[left], [right]] = annotations[0].points!;
      seen.add(`${left} ${right}`);
    }
    expect([...seen].sort()).toEqual(['14.5 36.5', '23.5 45.5']);
    expect(mirroredPoints(['nose', 'left_eye', 'right_eye', 'Left', 'tail'])).toEqual([0, 2, 1, 3, 4]);
  });

  it('is augmented in training alone, the same for a seed and an epoch', async () => {
    const set = train.augmented(augmentation({ scaleJitter: true }), { mosaic: 0.5 });
    const filled = async (pass?: { seed: number; epoch: number }) => {
      const x = new Float32Array(2 * length);
      return { x, things: await set.fill([3, 4], x, pass) };
    };
    expect(await filled({ seed: 1, epoch: 2 })).toEqual(await filled({ seed: 1, epoch: 2 }));
    expect((await filled({ seed: 1, epoch: 2 })).x).not.toEqual((await filled({ seed: 1, epoch: 3 })).x);
    const plain = await filled();
    expect(plain.things[0].annotations.map(({ box }) => box)).toEqual(train.annotations(3).map(({ box }) => box));
  });

  it('makes mosaics of four, things cut at the borders', async () => {
    const set = train.augmented(augmentation({}), { mosaic: 1, minVisibility: 0 });
    const x = new Float32Array(length);
    for (let i = 0; i < 12; i++) {
      const [{ annotations }] = await set.fill([i], x, { seed: 2, epoch: 0 });
      for (const { box, mask } of annotations) {
        expect(clipBox(box, { width: 80, height: 64 })).toEqual(box);
        mask!.box.forEach((edge, k) => expect(Math.abs(edge - box[k])).toBeLessThanOrEqual(1));
      }
    }
  });

  it('lays things of other pictures on its own, where each can still be seen', async () => {
    const set = train.augmented(augmentation({}), { copyPaste: 1, minVisibility: 0.4 });
    const [x, before] = [new Float32Array(length), new Float32Array(length)];
    let laid = 0;
    for (let i = 0; i < 12; i++) {
      const [{ annotations }] = await set.fill([i], x, { seed: 3, epoch: 0 });
      const own = train.annotations(i);
      await train.fill([i], before);
      const above = annotations.slice(own.length);
      laid += above.length;
      expect(annotations.map(({ label }) => label).slice(0, own.length)).toEqual(own.map(({ label }) => label));
      // What was laid there is a thing of another picture, with that picture's pixels.
      const covered = RunLengthMask.union(
        above.map(({ mask }) => mask!),
        64,
        80,
      );
      for (const { mask } of above) {
        const found = [...Array(12).keys()].filter((other) =>
          train
            .annotations(other)
            .some((thing) => RunLengthMask.union([mask!], 64, 80).intersection(thing.mask!).area === mask!.area),
        );
        expect(found.length).toBeGreaterThan(0);
        const same = await Promise.all(
          found.map(async (other) => {
            const plain = new Float32Array(length);
            await train.fill([other], plain);
            const inside = mask!.toArray();
            return inside.every(
              (is, at) => !is || [0, 1, 2].every((c) => Math.abs(x[3 * at + c] - plain[3 * at + c]) < 1e-6),
            );
          }),
        );
        expect(same).toContain(true);
      }
      // Its own things are as they were where nothing covers them, and enough of each is left.
      own.forEach((thing, k) => {
        const { mask, box } = annotations[k];
        expect(mask).toEqual(thing.mask!.without(covered));
        expect(mask!.area).toBeGreaterThanOrEqual(0.4 * thing.mask!.area);
        expect(box).toEqual(mask!.area < thing.mask!.area ? mask!.box : thing.box);
      });
      covered.toArray().forEach((is, at) => {
        if (!is) expect(Math.abs(x[3 * at] - before[3 * at])).toBeLessThan(1e-6);
      });
    }
    expect(laid).toBeGreaterThan(5);
  });

  it('marks points that come to lie under others as hidden', async () => {
    const one = whiteSquare([40, 60]);
    const two = one.augmented(augmentation({}), { copyPaste: 1, minVisibility: 0 });
    const x = new Float32Array(40 * 60 * 3);
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 12; epoch++) {
      const [{ annotations }] = await two.fill([0], x, { seed: 1, epoch });
      seen.add(annotations.map(({ points }) => points!.map(([, , visibility]) => visibility).join('')).join(' '));
    }
    // The only picture's square lies on itself, or nothing does, as nothing of the lower one would be left.
    expect([...seen]).toEqual(['21']);
  });

  it('leaves out what can hardly be seen', async () => {
    const jitter = augmentation({ scaleJitter: { scale: [3, 3] } });
    const x = new Float32Array(length);
    const left = async (minVisibility: number): Promise<number> => {
      let [count, smallest] = [0, 1];
      for (let i = 0; i < 12; i++) {
        const [{ annotations }] = await train.augmented(jitter, { minVisibility }).fill([i], x, { seed: 1, epoch: 0 });
        count += annotations.length;
        for (const { box } of annotations) smallest = Math.min(smallest, boxArea(box));
      }
      return smallest > 0 ? count : -1;
    };
    expect(await left(0.9)).toBeLessThan(await left(0.01));
  });

  it('has parts and refuses what is not there', () => {
    const [first, second] = train.split(0.25, 1);
    expect([first.size, second.size]).toEqual([3, 9]);
    expect(train.subset([5]).annotations(0)).toBe(train.annotations(5));
    expect(() => train.annotations(12)).toThrow('has pictures 0 to 11; received 12');
    expect(() => train.split(0.01)).toThrow('leaves pictures on both sides');
    expect(() => train.augmented(augmentation({}), { mosaic: 2 })).toThrow('mosaic');
    expect(() => train.augmented(augmentation({}), { copyPaste: -1 })).toThrow('copyPaste');
  });
});
