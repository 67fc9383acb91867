import { cleanLetter, digits } from 'striate';
import { describe, expect, it } from 'vitest';
import { builtInPicture } from './builtIn.js';

describe('the pictures that come with the studio', () => {
  it.each(['X', 'O'] as const)('have the letter %s as the library draws it', (letter) => {
    expect(builtInPicture(letter.toLowerCase())!.data).toEqual(cleanLetter(letter).data);
  });

  it('have digits as the library draws them, one of each kind', () => {
    const { x, y } = digits({ seed: 7, train: 10, test: 1 }).train.arrays;
    for (let digit = 0; digit < 10; digit++) {
      expect(y.data[digit]).toBe(digit);
      const drawn = Float32Array.from(x.data.subarray(784 * digit, 784 * (digit + 1)));
      expect(builtInPicture(`digit-${digit}`)!.data).toEqual(drawn);
    }
    expect(builtInPicture('digit')!.data).toEqual(builtInPicture('digit-3')!.data);
  });
});
