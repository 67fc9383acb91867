import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, wanderOver, whyOf, type StudioInChromium } from '../studio/studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';
const data = process.env.STRIATE_DATA;

/**
 * How long it takes from the pointer's move to the answer on the screen, in milliseconds: the panel is changed, and the frame
 * after it has begun.
 */
async function answersTo(page: Page, map: string, places: readonly (readonly [number, number])[]): Promise<number[]> {
  await page.evaluate(`
    window.answers = [];
    let asked = 0;
    addEventListener('pointermove', (event) => { asked ||= event.timeStamp; }, true);
    new MutationObserver(() => {
      if (asked === 0) return;
      const since = asked;
      asked = 0;
      requestAnimationFrame(() => setTimeout(() => answers.push(performance.now() - since)));
    }).observe(document.querySelector('aside.why'), { subtree: true, childList: true, characterData: true });`);
  await wanderOver(page, map, places);
  return page.evaluate<number[]>('new Promise((resolve) => setTimeout(() => resolve(answers), 300))');
}

/** The middle one: a machine that also does other things is late now and then. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Ten places all over a map. */
const wander = (side: number): (readonly [number, number])[] =>
  Array.from({ length: 10 }, (_, i) => [(i * 7 + 2) % side, (i * 5 + 3) % side] as const);

describe.skipIf(!executable)(`Inside is quick${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
  });
  afterAll(() => studio.close());

  async function answers(state: string, map: string, side: number): Promise<void> {
    const { page } = await studio.open(`#/inside?${state}`);
    await whyOf(page).getByText('(6, 6)').waitFor();
    await page.waitForTimeout(2000);
    const times = await answersTo(page, map, wander(side));
    console.log(`pointer to answer: ${times.map(Math.round).join(', ')} ms`);
    expect(times.length).toBe(10);
    expect(middle(times)).toBeLessThan(100);
    await page.context().close();
  }

  it('answers the pointer within a tenth of a second in the digit network', () =>
    answers('model=digits&picture=digit&layer=conv2&map=3&at=5,5', 'conv2, map 4', 11));

  it.skipIf(!data)(`and in SqueezeNet${data ? '' : ' (skipped: STRIATE_DATA is not set)'}`, () =>
    answers(
      'model=squeezenet1_1&picture=elephants&layer=features.10.expand3x3&map=7&at=5,5&method=none',
      'features.10.expand3x3, map 8',
      14,
    ),
  );
});
