import { expect, it } from 'vitest';
import * as page from './index.browser.js';
import * as node from './index.node.js';

it('has in a page every name that it has in Node, as one set of types promises', () => {
  expect(Object.keys(page).sort()).toEqual(Object.keys(node).sort());
  const typed: Omit<typeof node, 'FolderImageDataGenerator' | 'imageDataGenerator'> = page;
  const generator: node.ImageDataGenerator = page.imageDataGenerator({ rescale: 1 / 255 });
  expect(typed.sequential).toBe(node.sequential);
  expect(generator).toBeInstanceOf(page.FolderImageDataGenerator);
});

it('says in a page what to use in place of what needs folders', async () => {
  await expect(page.openDataSet()).rejects.toThrow(/openDataSet: it needs folders .* use digits, xo or imageFiles/);
  await expect(page.imageFolder()).rejects.toThrow(/imageFolder: .* imageFiles/);
  await expect(page.imageDataGenerator().flowFromDirectory()).rejects.toThrow(/flowFromDirectory: .* imageFiles/);
  expect(() => page.cacheFolder()).toThrow(page.StriateError);
  expect(page.dataSetNames).toEqual([]);
  for (const name of Object.keys(node.report) as (keyof typeof node.report)[]) {
    expect(page.report[name] as unknown as () => void).toThrow(`report.${name}: it needs folders`);
  }
});
