import { describe, expect, it } from 'vitest';
import { completePreprocessing, preparePicture, type Preprocessing } from '../pictures/index.js';
import { Tensor } from '../tensor/index.js';
import { divergingColour, heatColours, toOklab, type Rgb } from './colourMap.js';
import { explanation, type Explanation } from './explanation.js';
import { legend } from './legend.js';
import { overlay } from './overlay.js';
import { seenPicture } from './seenPicture.js';

const tensor = (shape: readonly number[], values: ArrayLike<number>): Tensor<'float32'> =>
  new Tensor('float32', shape, Float32Array.from(values));

/** A photo with a colour of its own at every place. */
function photo(width: number, height: number) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data.set([(255 * x) / (width - 1), (255 * y) / (height - 1), 60, 255], 4 * i);
  }
  return { width, height, data };
}

function explained(parts: Partial<Explanation> & Pick<Explanation, 'map' | 'input'>): Explanation {
  return explanation({
    method: 'grad-cam',
    at: 'layer',
    layer: 'conv',
    signed: false,
    target: 'cat',
    label: 0,
    probability: 0.5,
    channels: undefined,
    preprocessing: undefined,
    gap: undefined,
    notes: [],
    ...parts,
  });
}

const pixel = ({ width, data }: { width: number; data: ArrayLike<number> }, x: number, y: number): number[] =>
  [0, 1, 2].map((c) => data[4 * (y * width + x) + c]);
const near = (found: readonly number[], wanted: Rgb | readonly number[], by = 1.01): void =>
  found.forEach((value, c) => expect(Math.abs(value - wanted[c])).toBeLessThan(by));

describe('colours of heat', () => {
  it('are equal steps for the eye, and become lighter all the way', () => {
    const colour = heatColours();
    const labs = Array.from({ length: 18 }, (_, i) => toOklab(colour(i / 17)));
    const steps = labs.slice(1).map((lab, i) => Math.hypot(...lab.map((value, c) => value - labs[i][c])));
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.15);
    labs.slice(1).forEach(([lightness], i) => expect(lightness).toBeGreaterThan(labs[i][0]));
    expect(colour(-3)).toEqual(colour(0));
    expect(colour(7)).toEqual(colour(1));
  });
});

describe('colours of signs', () => {
  it.each([-1, 1])('are equal steps for the eye from white to the end of %d, darker all the way', (sign) => {
    const labs = Array.from({ length: 13 }, (_, i) => toOklab(divergingColour((sign * i) / 12)));
    const steps = labs.slice(1).map((lab, i) => Math.hypot(...lab.map((value, c) => value - labs[i][c])));
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.25);
    labs.slice(1).forEach(([lightness], i) => expect(lightness).toBeLessThan(labs[i][0]));
  });

  it('are as light on both sides', () => {
    for (const value of [0.25, 0.5, 0.75, 1]) {
      const [[above], [below]] = [toOklab(divergingColour(value)), toOklab(divergingColour(-value))];
      expect(Math.abs(above - below)).toBeLessThan(0.07);
    }
  });
});

describe('the picture that a model saw', () => {
  it.each<[string, Partial<Preprocessing>]>([
    ['mean and deviation', { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], fit: 'stretch' }],
    ['blue first', { channels: 'BGR', mean: [0.4, 0.5, 0.6], fit: 'stretch' }],
    ['plain numbers', { fit: 'stretch' }],
  ])('is made back from its numbers: %s', (_, given) => {
    const preprocessing = completePreprocessing(given, [6, 9, 3]);
    const original = photo(9, 6);
    const seen = seenPicture({ input: preparePicture(original, preprocessing), preprocessing });
    expect([...seen.data]).toEqual([...original.data]);
  });

  it('is grey of one channel, and between black and white where nothing is known of its numbers', () => {
    const grey = seenPicture({ input: tensor([1, 3, 1], [-2, 0, 2]), preprocessing: undefined });
    near(pixel(grey, 0, 0), [0, 0, 0]);
    near(pixel(grey, 1, 0), [127, 127, 127]);
    near(pixel(grey, 2, 0), [255, 255, 255]);
    const two = seenPicture({ input: tensor([1, 1, 2], [0.25, 0.75]), preprocessing: undefined });
    near(pixel(two, 0, 0), [127, 127, 127]);
  });
});

describe('overlay', () => {
  const map = tensor([2, 2], [0, 1, 2, 4]);
  const input = tensor([2, 2, 3], Array<number>(12).fill(0.5));

  it('mixes each number’s colour with the picture', () => {
    const colour = heatColours();
    const picture = overlay(explained({ map, input }), { opacity: 0.5 });
    for (const [i, value] of [...map.data].entries()) {
      near(
        pixel(picture, i % 2, i >> 1),
        colour(value / 4).map((c) => (c + 127) / 2),
        2,
      );
    }
    near(pixel(overlay(explained({ map, input }), { opacity: 0 }), 1, 1), [127, 127, 127]);
  });

  it('has zero in the middle where there are signs', () => {
    const signed = explained({ map: tensor([2, 2], [-4, 0, 2, 1]), input, signed: true });
    const picture = overlay(signed, { opacity: 1 });
    near(pixel(picture, 0, 0), divergingColour(-1));
    near(pixel(picture, 1, 0), divergingColour(0));
    near(pixel(picture, 0, 1), divergingColour(0.5));
  });

  it('covers more of the picture where a number counts more, of maps with signs', () => {
    const signed = explained({ map: tensor([2, 2], [-4, 0, 2, 1]), input, signed: true });
    const picture = overlay(signed, { opacity: 0.5 });
    const covered = ([x, y, value]: readonly [number, number, number]): number =>
      (pixel(picture, x, y)[2] - 127) / (divergingColour(value)[2] - 127);
    const shares = (
      [
        [1, 0, 0],
        [1, 1, 0.25],
        [0, 1, 0.5],
        [0, 0, -1],
      ] as const
    ).map(covered);
    expect(shares[0]).toBeCloseTo(1 - 0.5 ** 0.4, 1);
    expect(shares[3]).toBeCloseTo(0.75, 1);
    shares.slice(1).forEach((share, i) => expect(share).toBeGreaterThan(shares[i]));
    near(pixel(overlay(signed, { opacity: 0 }), 0, 0), [127, 127, 127]);
  });

  it('enlarges small pictures, with the heat between its cells', () => {
    const picture = overlay(explained({ map, input }), { opacity: 1, scale: 8, limit: 8 });
    expect([picture.width, picture.height]).toEqual([16, 16]);
    const colour = heatColours();
    near(pixel(picture, 0, 0), colour(0), 2);
    near(pixel(picture, 15, 15), colour(0.5), 2);
  });

  it.each<[string, Partial<Preprocessing>, [x: number, y: number], [x: number, y: number] | undefined]>([
    ['stretched', { fit: 'stretch' }, [37, 5], undefined],
    ['cropped', { fit: 'crop' }, [25, 5], [2, 10]],
    ['padded', { fit: 'contain' }, [37, 5], undefined],
  ])('lies over the photo that was given where the model saw it: %s', (_, given, hot, notSeen) => {
    const preprocessing = completePreprocessing(given, [10, 10, 3]);
    // What the model sees is wherever the photo's own place says: the map is hot where the photo is red and not green.
    const original = photo(40, 20);
    const seen = preparePicture(original, preprocessing);
    const values = Array.from({ length: 100 }, (__, i) => Math.max(0, seen.data[3 * i] - seen.data[3 * i + 1]));
    const picture = overlay(explained({ map: tensor([10, 10], values), input: seen, preprocessing, at: 'picture' }), {
      picture: original,
      opacity: 1,
      limit: 1,
    });
    expect([picture.width, picture.height]).toEqual([40, 20]);
    const [x, y] = hot;
    near(pixel(picture, x, y), heatColours()(x / 39 - y / 19), 25);
    if (notSeen) {
      const [red, green, blue] = pixel(picture, ...notSeen);
      expect(new Set([red, green, blue]).size).toBe(1);
    }
  });

  it.each<[string, Parameters<typeof overlay>[1], RegExp]>([
    ['opacity', { opacity: 2 }, /overlay: opacity/],
    ['scale', { scale: 0.5 }, /overlay: scale/],
    ['limit', { limit: 0 }, /overlay: limit/],
    ['ground', { ground: 'blue' as 'grey' }, /overlay: ground/],
  ])('refuses a wrong %s', (_, options, message) => {
    expect(() => overlay(explained({ map, input }), options)).toThrow(message);
  });
});

describe('legend', () => {
  const input = tensor([2, 2, 1], [0, 0, 0, 0]);

  it('has the overlay’s colours, and numbers at its ends', () => {
    const { bar, ticks } = legend(explained({ map: tensor([2, 2], [0, 1, 2, 0.12345]), input }), { width: 65 });
    expect(ticks).toEqual([
      { at: 0, value: 0, text: '0' },
      { at: 1, value: 2, text: '2' },
    ]);
    near(pixel(bar, 64, 3), heatColours()(1));
    near(pixel(bar, 0, 3), heatColours()(0));
  });

  it('tells both directions, and what lies beyond its ends', () => {
    const pixels = explained({
      map: tensor(
        [10, 20],
        Array.from({ length: 200 }, (_, i) => (i === 0 ? -50 : i / 200)),
      ),
      input: tensor([10, 20, 1], new Float32Array(200)),
      signed: true,
      at: 'picture',
    });
    expect(legend(pixels).ticks.map(({ text }) => text)).toEqual(['≤ −0.98', '0', '≥ 0.98']);
  });

  it('of a map of zeros has one number', () => {
    expect(legend(explained({ map: tensor([2, 2], [0, 0, 0, 0]), input })).ticks).toHaveLength(1);
  });
});
