import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';

/** The picture that is annotated, with what is drawn in it. */
export const drawing = (page: Page): Locator => page.locator('svg.annotate-drawing');

/** Where on the screen a place of the picture lies. */
async function onScreen(page: Page, [x, y]: readonly number[], width: number): Promise<[number, number]> {
  const box = (await drawing(page).boundingBox())!;
  return [box.x + (x * box.width) / width, box.y + (y * box.width) / width];
}

/** Drags between two places of a picture of a certain width, which are given in its pixels. */
export async function drag(page: Page, from: readonly number[], to: readonly number[], width = 240): Promise<void> {
  await page.mouse.move(...(await onScreen(page, from, width)));
  await page.mouse.down();
  await page.mouse.move(...(await onScreen(page, to, width)), { steps: 4 });
  await page.mouse.up();
}

/** Clicks on a place of a picture. */
export async function click(page: Page, at: readonly number[], width = 240): Promise<void> {
  await page.mouse.click(...(await onScreen(page, at, width)));
}

/** What a button saves, as bytes. */
export async function saved(page: Page, name: string): Promise<Uint8Array> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name, exact: true }).click();
  return readFile(await (await coming).path());
}
