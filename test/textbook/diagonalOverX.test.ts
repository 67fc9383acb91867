import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanLetter, layers, sequential, type Tensor } from '../../src/index.js';
import { kernelOf, setWeights } from './weighted.js';

const ninth = 1 / 9;
const diagonal = [
  [1, -1, -1],
  [-1, 1, -1],
  [-1, -1, 1],
].map((row) => row.map((value) => value * ninth));

/** Two decimals, cut off as the lecture does it: 5/9 is 0.55, 7/9 is 0.77. */
const cut = (value: number): number => Math.trunc(value * 100 + Math.sign(value) * 1e-4) / 100;

describe('a diagonal pattern matched with the letter X', () => {
  const match = sequential([
    layers.conv2d({ filters: 1, kernelSize: 3, useBias: false, name: 'match', inputShape: [9, 9, 1] }),
  ]);
  const pool = sequential([layers.maxPooling2d({ poolSize: 2, strides: 2, ceilMode: true, inputShape: [7, 7, 1] })]);
  const x = cleanLetter('X').reshape([1, 9, 9, 1]);
  let map: Tensor<'float32'>;

  beforeAll(async () => {
    await setWeights(match, { 'match/kernel': kernelOf([[diagonal]]) });
    map = await match.predict(x);
  });
  afterAll(async () => {
    await match.dispose();
    await pool.dispose();
  });

  it('is a 9×9 picture of −1 with ones on both diagonals from (1, 1) to (7, 7)', () => {
    const ink = Array.from(x.data).flatMap((value, i) => (value === 1 ? [[Math.floor(i / 9), i % 9]] : []));
    expect(ink).toHaveLength(13);
    expect(ink.every(([row, column]) => (row === column || row + column === 8) && row >= 1 && row <= 7)).toBe(true);
    expect(x.data.filter((value) => value === -1)).toHaveLength(81 - 13);
  });

  it('gives a 7×7 map: 1.00 where the pattern fits, 0.55 in the middle', () => {
    expect(map.shape).toEqual([1, 7, 7, 1]);
    const rows = Array.from({ length: 7 }, (_, row) => [...map.data.subarray(7 * row, 7 * row + 7)]);
    expect(rows[0].map(cut)).toEqual([0.77, -0.11, 0.11, 0.33, 0.55, -0.11, 0.33]);
    expect(rows[1].map(cut)[1]).toBe(1);
    // All nine products are 1 at the first spot of the lecture, five of nine outweigh at the crossing.
    expect(rows[1][1]).toBeCloseTo(1, 6);
    expect(rows[3][3]).toBeCloseTo(5 / 9, 6);
    expect(Math.max(...map.data)).toBeCloseTo(1, 6);
    // The X is its own mirror image along the diagonal, and so is the map.
    rows.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(rows[j][i], 6)));
  });

  it('keeps what fits and clears the rest with ReLU', async () => {
    const rectify = sequential([layers.relu({ inputShape: [7, 7, 1] })]);
    const first = [...(await rectify.predict(map)).data.subarray(0, 7)];
    expect(first.map(cut)).toEqual([0.77, 0, 0.11, 0.33, 0.55, 0, 0.33]);
    await rectify.dispose();
  });

  it('is pooled from 7×7 to 4×4, the edge windows clipped', async () => {
    const pooled = await pool.predict(map);
    expect(pooled.shape).toEqual([1, 4, 4, 1]);
    expect([...pooled.data.subarray(0, 4)].map(cut)).toEqual([1, 0.33, 0.55, 0.33]);
    // Keras's name for the same windows.
    const same = sequential([layers.maxPooling2d({ poolSize: 2, padding: 'same', inputShape: [7, 7, 1] })]);
    expect((await same.predict(map)).data).toEqual(pooled.data);
    await same.dispose();
  });
});
