import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../studio/language/language.js';
import { tourSteps } from '../../studio/tour/tour.js';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

/** What stands on the page where a step says so: of every step something that its sentence speaks of. */
const shown: Readonly<Record<number, readonly string[]>> = {
  1.1: ['9/9 = 1.00'],
  1.2: ['It is an X, and the votes say so.', 'ReLU'],
  1.3: ['It is an X, but the votes say O.'],
  2.1: ['249 / 676', '= −225'],
  2.2: ['308 + (−498) + 164', '−25'],
  2.3: ['(5 − 4 + 2·2)/1 + 1 = 6'],
  3.1: ['93,322 weights'],
  4.1: ['101,770 weights'],
  5.1: ['similar pictures'],
  6.1: ['61,706'],
  7.1: ['alexnet_two_stream', 'lenet5'],
  8.1: ['71.6', '56.5'],
  9.1: ['googlenet', 'vgg16'],
  10.1: ['resnet152', 'vgg19'],
  11.1: ['densenet121', 'seresnet50', 'resnext50_32x4d'],
  12.1: ['mobilenet_v2', 'Frame test'],
  13.1: ['given to the label', 'loss, −ln of that'],
  13.2: ['suspicion of a wrong label'],
  14.1: ['held-out pictures'],
  15.1: ['conv1'],
  15.2: ['conv2'],
  15.3: ['conv2'],
  15.4: ['grad-cam'],
  16.1: ['circle: 30, 30 to 110, 110', '1 of 3 pictures have boxes'],
  16.2: ['Polygon', 'New thing', 'Learn from 0 pictures'],
};

/** Waits until a text stands on the page, whatever elements it is put together of. */
async function seen(page: Page, text: string): Promise<void> {
  const body = (): Promise<string> => page.evaluate('document.body.innerText');
  while (!(await body()).replace(/\s+/g, ' ').includes(text)) await page.waitForTimeout(100);
}

describe.skipIf(!executable)(`the tour${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
  });
  afterAll(() => studio.close());

  it('has a step for everything that this test looks for', () => {
    expect(tourSteps().map(({ order }) => order)).toEqual(
      Object.keys(shown)
        .map(Number)
        .toSorted((a, b) => a - b),
    );
  });

  it.each(languages)(
    'is clicked through from start to end, in %s: no step fails, and each shows what it says',
    async (language) => {
      const steps = tourSteps();
      const { page, problems } = await studio.open('', { locale: language === 'ko' ? 'ko-KR' : 'en-US' });
      const names = {
        en: ['tour', 'Next', 'Why?', 'Take the tour'],
        ko: ['둘러보기', '다음', '왜 그럴까?', '둘러보기 시작'],
      };
      const [tour, next, why, start] = names[language];
      await page.getByRole('link', { name: start }).click();
      for (const [i, { order, text, page: name }] of steps.entries()) {
        const bar = page.getByRole('region', { name: `${tour} ${i + 1}/${steps.length}`, exact: true });
        await bar.waitFor();
        const where = `${order} (${name})`;
        expect(await bar.locator('p').first().innerText(), where).toBe(text[language].say);
        expect(await page.locator('header nav a[aria-current=page]').getAttribute('href'), where).toBe(`#/${name}`);
        await page.locator('aside.why').getByRole('heading').first().waitFor();
        if (language === 'en') for (const said of shown[order]) await seen(page, said);
        await bar.getByRole('button', { name: why }).click();
        expect(await bar.locator('p').last().innerText(), where).toBe(text[language].why);
        expect(await page.getByRole('alert').allInnerTexts(), where).toEqual([]);
        expect(problems, where).toEqual([]);
        const onward = bar.getByRole('button', { name: next, exact: true });
        if (i + 1 < steps.length) await onward.click();
        else expect(await onward.isDisabled()).toBe(true);
      }
      await page.context().close();
    },
  );

  it('keeps the step while its page is changed, and goes back to it as it was', async () => {
    const { page } = await studio.open('#/tour/6');
    await whyOf(page).getByText('(5 − 4 + 2·2)/1 + 1 = 6').waitFor();
    await page.getByRole('button', { name: 'stride: more' }).click();
    await whyOf(page).getByText('⌊(5 − 4 + 2·2)/2⌋ + 1 = 3').waitFor();
    expect(page.url()).toContain('tour=6');
    await page.getByRole('link', { name: 'As the step was' }).click();
    await whyOf(page).getByText('(5 − 4 + 2·2)/1 + 1 = 6').waitFor();
    await page.context().close();
  });

  it('is on the way on a phone, too', async () => {
    const { page } = await studio.open('#/tour/1', { viewport: { width: 390, height: 844 } });
    const steps = tourSteps();
    for (const [i] of steps.entries()) {
      const bar = page.getByRole('region', { name: `tour ${i + 1}/${steps.length}`, exact: true });
      await bar.waitFor();
      const next = bar.getByRole('button', { name: 'Next', exact: true });
      const box = (await next.boundingBox())!;
      expect(box.x + box.width, String(i + 1)).toBeLessThanOrEqual(390);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      if (i + 1 < steps.length) await next.click();
    }
    await page.context().close();
  });
});
