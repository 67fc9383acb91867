import { describe, expect, it } from 'vitest';
import { boxArea } from '../geometry/box.js';
import { maskIou } from '../geometry/runLengthMask.js';
import { scenes, type ScenesOptions } from './scenes.js';

const drawn = (options: ScenesOptions) => scenes({ seed: 3, train: 30, test: 5, size: 96, ...options });

describe('scenes', () => {
  it('are the same for a seed, byte for byte, however many there are', async () => {
    const [many, few] = [drawn({}).train, drawn({ train: 4 }).train];
    for (const i of [0, 3]) {
      expect((await few.pixels(i)).data).toEqual((await many.pixels(i)).data);
      expect(few.annotations(i)).toEqual(many.annotations(i));
    }
    expect((await drawn({ seed: 4 }).train.pixels(0)).data).not.toEqual((await many.pixels(0)).data);
    expect((await drawn({}).test.pixels(0)).data).not.toEqual((await many.pixels(0)).data);
  });

  it('have boxes around the pixels that can be seen, all of them in the picture, and points in them or at their border', () => {
    const { train } = drawn({});
    let hidden = 0;
    for (let i = 0; i < train.size; i++) {
      const things = train.annotations(i);
      expect(things.length).toBeGreaterThan(0);
      expect(things.length).toBeLessThan(6);
      for (const { box, mask, points = [], label } of things) {
        expect(box).toEqual(mask!.box);
        expect(boxArea(box)).toBeGreaterThan(0);
        expect(label).toBeLessThan(16);
        expect(points).toHaveLength(5);
        for (const [x, y, visibility] of points) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(96);
          if (visibility === 1) hidden++;
        }
      }
      // A pixel belongs to what lies in front.
      const masks = things.map(({ mask }) => mask!);
      const overlaps = maskIou(masks, masks);
      overlaps.forEach((overlap, at) => {
        if (at % (masks.length + 1) !== 0) expect(overlap).toBe(0);
      });
    }
    expect(hidden).toBeGreaterThan(0);
  });

  it('paint a thing where its mask is', async () => {
    const { train } = drawn({ texture: 0, things: [1, 1], kinds: ['shapes'] });
    for (let i = 0; i < 10; i++) {
      const { data } = await train.pixels(i);
      const [{ mask }] = train.annotations(i);
      const inside = mask!.toArray();
      const ground = [...data.subarray(0, 3)];
      inside.forEach((own, at) => {
        const pixel = [...data.subarray(at * 3, at * 3 + 3)];
        if (own) expect(pixel).not.toEqual(ground);
      });
      // At the border, a pixel may be touched that is not half covered.
      const touched = inside.reduce((sum, own, at) => sum + Number(!own && data[at * 3] !== ground[0]), 0);
      expect(touched).toBeLessThan(4 * 96);
    }
  });

  it('hold what they are told to', () => {
    const apart = drawn({ overlap: 0, things: [3, 5], scale: [0.1, 0.2] }).train;
    for (let i = 0; i < apart.size; i++) for (const { points } of apart.annotations(i)) expect(points![4][2]).toBe(2);
    expect(drawn({ kinds: ['xo'] }).train.classNames).toEqual(['X', 'O']);
    expect(drawn({ size: [64, 96] }).train.inputShape).toEqual([64, 96, 3]);
    expect(() => drawn({ kinds: ['cats' as never] })).toThrow('kinds must be one of shapes, digits, xo');
    expect(() => drawn({ things: [3, 1] })).toThrow('the least and the most');
    expect(() => drawn({ overlap: 2 })).toThrow('overlap');
    expect(() => drawn({ size: 8 })).toThrow('size');
  });
});
