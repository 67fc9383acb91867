import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

/** What tests tell the page's camera, beside what Chromium's test picture shows. */
interface Lens {
  /** Holds a dark disc before the lens. */
  covered?: boolean;
  /** The error that the camera refuses with; undefined where it opens. */
  refusal?: string | undefined;
  /** How many pictures are taken and not yet there. */
  onTheWay?: number;
}

/** Looks at Chromium's test picture through a lens that can be covered, so that there are two things to tell apart. */
function throughLens(): void {
  const lens = window as unknown as Lens;
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    if (lens.refusal !== undefined) throw new DOMException('', lens.refusal);
    const stream = await open(constraints);
    const video = Object.assign(document.createElement('video'), { srcObject: stream, muted: true });
    await video.play();
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const context = canvas.getContext('2d')!;
    const draw = (): void => {
      context.drawImage(video, 0, 0, 640, 480);
      if (lens.covered) {
        context.beginPath();
        context.arc(320, 240, 170, 0, 2 * Math.PI);
        context.fill();
      }
    };
    draw();
    setInterval(draw, 40);
    return canvas.captureStream(25);
  };
}

/** Encodes pictures after the button has come up, as a machine that is busy does. */
function slowPictures(): void {
  const lens = window as unknown as Lens;
  lens.onTheWay = 0;
  const canvases = HTMLCanvasElement.prototype;
  const encode = Object.getOwnPropertyDescriptor(canvases, 'toBlob')!.value as HTMLCanvasElement['toBlob'];
  canvases.toBlob = function (this: HTMLCanvasElement, use, ...kind) {
    lens.onTheWay!++;
    const arrive = (picture: Blob | null): void => {
      lens.onTheWay!--;
      use(picture);
    };
    encode.call(this, (picture) => setTimeout(() => arrive(picture), 1500), ...kind);
  };
}

/** How many pictures the browser keeps that are not learned from yet. */
function keptPictures(): Promise<number> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('striate-photos');
    opening.onerror = () => reject(new Error(String(opening.error)));
    opening.onsuccess = () => {
      const asked = opening.result.transaction('folders').objectStore('folders').get('webcam');
      asked.onsuccess = () => {
        opening.result.close();
        resolve((asked.result as { paths: readonly string[] } | undefined)?.paths.length ?? 0);
      };
    };
  });
}

const cover = (page: Page, covered: boolean): Promise<void> =>
  page.evaluate((now) => void ((window as unknown as Lens).covered = now), covered);

const refuse = (page: Page, refusal: string | undefined): Promise<void> =>
  page.evaluate((now) => void ((window as unknown as Lens).refusal = now), refusal);

const picturesOf = (page: Page, name: string): Locator =>
  page.getByRole('group', { name, exact: true }).getByRole('button', { name: /^Delete picture/ });

/** Presses a button with the mouse, again where it moved away meanwhile, as it does while what is above it loads. */
const press = (page: Page, button: Locator): Promise<void> =>
  expect
    .poll(async () => {
      await button.hover();
      await page.mouse.down();
      const isPressed = (await button.getAttribute('aria-pressed')) === 'true';
      if (!isPressed) await page.mouse.up();
      return isPressed;
    })
    .toBe(true);

/** Waits until a class has so many pictures. */
const hasPictures = (page: Page, name: string, count: number): Promise<void> =>
  picturesOf(page, name)
    .nth(count - 1)
    .waitFor();

/** Waits until what was taken is there: a browser that is busy has some pictures later. */
const recorded = (page: Page): Promise<void> =>
  expect.poll(() => page.locator('.train-record[aria-pressed="true"]').count()).toBe(0);

describe.skipIf(!executable)(`Train on webcam snapshots${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    // Where there are data, the network that learns is one of theirs.
    studio = await startStudioInChromium(executable!, [], { ...process.env, STRIATE_DATA: '' });
  });
  afterAll(() => studio.close());

  it('records two classes, keeps them over a reload, learns them, and says what the webcam sees', async () => {
    const { page, problems } = await studio.open('#/train?data=digits', { permissions: ['camera'] });
    await page.addInitScript(throughLens);
    await page.addInitScript(slowPictures);
    await page.reload();
    await page.getByRole('complementary', { name: 'what' }).getByRole('button', { name: 'Webcam' }).click();
    await page.waitForURL(/webcam=on/);
    await page.getByRole('textbox', { name: 'Name of class 1' }).fill('open');
    const train = page.getByRole('button', { name: /^Train on these/ });
    expect(await train.isDisabled()).toBe(true);

    // A button that is held.
    const hold = page.getByRole('button', { name: 'Hold to record (1)' });
    await expect.poll(() => hold.isEnabled()).toBe(true);
    await press(page, hold);
    await hasPictures(page, 'open', 12);
    await page.mouse.up();
    await recorded(page);
    await page.getByText('class 2 has 0 of the 5 pictures').waitFor();

    // Its key, and nothing where a name is typed.
    await page.getByRole('textbox', { name: 'Name of class 2' }).fill('covered 2');
    expect(await picturesOf(page, 'covered 2').count()).toBe(0);
    await cover(page, true);
    await page.getByRole('heading', { name: 'Train', exact: true }).click();
    await page.keyboard.down('2');
    await hasPictures(page, 'covered 2', 12);
    await page.keyboard.up('2');
    await recorded(page);
    await page.getByRole('button', { name: /^Train on these \d+$/ }).waitFor();
    expect(await train.isEnabled()).toBe(true);

    // Deleted, and back.
    const before = await picturesOf(page, 'open').count();
    await picturesOf(page, 'open').first().click();
    await expect.poll(() => picturesOf(page, 'open').count()).toBe(before - 1);
    await page.getByRole('button', { name: 'Delete all pictures of covered 2' }).click();
    await page.getByText('covered 2 has 0 of the 5 pictures').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await hasPictures(page, 'covered 2', 12);
    const counts = [before - 1, await picturesOf(page, 'covered 2').count()];

    // All of it is there again after a reload.
    await expect.poll(() => page.evaluate(keptPictures)).toBe(counts[0] + counts[1]);
    await page.reload();
    await hasPictures(page, 'open', counts[0]);
    expect(await picturesOf(page, 'open').count()).toBe(counts[0]);
    expect(await picturesOf(page, 'covered 2').count()).toBe(counts[1]);

    await train.click();
    await page.waitForURL(/data=photos:[0-9a-f]{16}.*model=digits/);
    await page.getByText(/^trained: /).waitFor();
    const held = counts.reduce((sum, count) => sum + Math.ceil(count / 5), 0);
    await whyOf(page).getByText(`on ${held} held-out pictures, the classifier solved`).waitFor();

    const first = page.locator('.train-answer li').first();
    await whyOf(page).getByRole('button', { name: 'Webcam' }).click();
    await whyOf(page).getByText('open').first().waitFor();
    await expect.poll(() => first.innerText()).toMatch(/^open/);
    await cover(page, true);
    await expect.poll(() => first.innerText()).toMatch(/^covered 2/);
    await cover(page, false);
    await expect.poll(() => first.innerText()).toMatch(/^open/);
    await whyOf(page).getByRole('button', { name: 'Webcam' }).click();
    await page.getByRole('application', { name: /Draw here/ }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('does not bring back what was deleted while pictures were on their way', async () => {
    const { page, problems } = await studio.open('#/train?data=digits', { permissions: ['camera'] });
    await page.addInitScript(throughLens);
    await page.addInitScript(slowPictures);
    await page.reload();
    await page.getByRole('complementary', { name: 'what' }).getByRole('button', { name: 'Webcam' }).click();
    await page.getByRole('textbox', { name: 'Name of class 1' }).fill('open');
    const hold = page.getByRole('button', { name: 'Hold to record (1)' });
    await expect.poll(() => hold.isEnabled()).toBe(true);
    await press(page, hold);
    await hasPictures(page, 'open', 2);
    await page.mouse.up();
    await page.getByRole('button', { name: 'Delete all pictures of open' }).click();
    await expect.poll(() => page.evaluate(() => (window as unknown as Lens).onTheWay)).toBe(0);
    expect(await picturesOf(page, 'open').count()).toBe(0);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await hasPictures(page, 'open', 2);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('says what to do where the camera is refused, missing or busy, and goes on when it is there', async () => {
    const { page, problems } = await studio.open('#/train?data=digits', { permissions: ['camera'] });
    await page.addInitScript(throughLens);
    await page.reload();
    await refuse(page, 'NotAllowedError');
    await page.getByRole('complementary', { name: 'what' }).getByRole('button', { name: 'Webcam' }).click();
    await page.getByRole('alert').getByText('allow it for this page beside the address').waitFor();
    expect(await page.getByRole('button', { name: 'Hold to record (1)' }).isDisabled()).toBe(true);
    const again = page.getByRole('button', { name: 'Try again' });
    for (const [refusal, advice] of [
      ['NotFoundError', 'connect one, then try again'],
      ['NotReadableError', 'close other programs that use it'],
    ] as const) {
      await refuse(page, refusal);
      await again.click();
      await page.getByRole('alert').getByText(advice).waitFor();
    }
    await refuse(page, undefined);
    await again.click();
    await expect.poll(() => page.getByRole('button', { name: 'Hold to record (1)' }).isEnabled()).toBe(true);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
