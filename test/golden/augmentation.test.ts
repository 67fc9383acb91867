import { describe, expect, it } from 'vitest';
import { ColourPass } from '../../src/data/augmentation/colourPass.js';
import { randAugmentStep } from '../../src/data/augmentation/randAugment.js';
import { Resampler } from '../../src/data/augmentation/resampler.js';
import { colours, equalized, geometry } from './torchvisionPictures.js';

/** The pictures that the file of expected values tells of. */
function picture(height: number, width: number, channels: number): Float32Array {
  const value = (y: number, x: number, c: number): number => (53 * y + 31 * x + 71 * c + 7 * x * y) % 256;
  return Float32Array.from({ length: height * width * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    return value(Math.floor(pixel / width), pixel % width, at % channels);
  });
}

const numbers = (text: string): number[] => text.trim().split(/\s+/).map(Number);

describe('torchvision', () => {
  it.each(Object.entries(colours))('%s', (title, expected) => {
    const [name, amount] = title.split(' ');
    const data = picture(4, 5, 3);
    const pass = new ColourPass().open(data, 0, 4, 5, 3);
    pass[name as 'brightness'](Number(amount));
    pass.close();
    // Values are told to one decimal.
    numbers(expected).forEach((value, at) => expect(Math.abs(data[at] - value), `number ${at}`).toBeLessThan(0.16));
  });

  it.each(Object.entries(geometry))('%s', (title, expected) => {
    const [name, amount] = title.split(' ');
    const frame = { height: 6, width: 7 };
    const step = randAugmentStep(name, Number(amount), frame)!;
    const source = { data: picture(6, 7, 1), ...frame, channels: 1 };
    const out = new Float32Array(42);
    const fill = { mode: 'nearest', cval: 0, step: [1, 1], gain: 1 } as const;
    if ('matrix' in step) new Resampler().run(source, step.matrix, frame, fill, out, 0);
    const values = numbers(expected);
    expect(values.filter(Number.isFinite).length).toBeGreaterThan(15);
    values.forEach((value, at) => {
      if (Number.isFinite(value)) expect(Math.abs(out[at] - value), `pixel ${at}`).toBeLessThan(0.06);
    });
  });

  it('equalize', () => {
    const bytes = picture(20, 20, 1).map((value) => Math.floor((value * value) / 400));
    const data = bytes.slice();
    const pass = new ColourPass().open(data, 0, 20, 20, 1);
    pass.equalize();
    pass.close();
    for (const [byte, value] of Object.entries(equalized)) expect(data[bytes.indexOf(Number(byte))]).toBe(value);
  });
});
