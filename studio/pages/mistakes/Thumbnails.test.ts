import { expect, it } from 'vitest';
import { Thumbnails } from './Thumbnails.js';

/** Grey pictures of one pixel, whose byte is their number. */
function made(): { readonly thumbnails: Thumbnails; readonly asked: number[][] } {
  const asked: number[][] = [];
  const thumbnails = new Thumbnails([1, 1, 1], async (indices) => {
    asked.push([...indices]);
    return Uint8Array.from(indices, (index) => index % 256);
  });
  return { thumbnails, asked };
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

it('pictures that are looked at together are asked for together, and once', async () => {
  const { thumbnails, asked } = made();
  expect([5, 7, 5].map((index) => thumbnails.get(index))).toEqual([undefined, undefined, undefined]);
  await soon();
  expect(asked).toEqual([[5, 7]]);
  expect(thumbnails.pictures.value.size).toBe(2);
  expect([...thumbnails.get(7)!.data]).toEqual([7, 7, 7, 255]);
  expect(asked).toHaveLength(1);
});

it('keeps those that were looked at last', async () => {
  const { thumbnails, asked } = made();
  for (let index = 0; index < 4000; index++) thumbnails.get(index);
  await soon();
  thumbnails.get(0);
  thumbnails.get(4000);
  await soon();
  expect(thumbnails.get(0)).toBeDefined();
  expect(thumbnails.get(1)).toBeUndefined();
  await soon();
  expect(asked.at(-1)).toEqual([1]);
});

it('a request that fails is not repeated by itself', async () => {
  const thumbnails = new Thumbnails([1, 1, 1], () => Promise.reject(new Error('no longer held')));
  thumbnails.get(3);
  await soon();
  expect(thumbnails.pictures.value.size).toBe(0);
});
