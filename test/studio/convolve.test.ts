import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

describe.skipIf(!executable)(`Convolve${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
  });
  afterAll(() => studio.close());

  /** Waits until the panel has a text in it, as lines and their labels may lie apart. */
  async function says(state: string, ...texts: readonly string[]): Promise<void> {
    const { page, problems } = await studio.open(state);
    const why = whyOf(page);
    for (const text of texts) await why.getByText(text, { exact: false }).first().waitFor();
    const whole = (await why.innerText()).replace(/\s+/g, ' ');
    for (const text of texts) expect(whole).toContain(text);
    expect(problems).toEqual([]);
    await page.context().close();
  }

  it('T1: the diagonal over the X of the lectures, and its map pooled', () =>
    says(
      '#/convolve?picture=x&kernel=diagonal&mode=match',
      'first row',
      '0.77 −0.11 0.11 0.33 0.55 −0.11 0.33',
      'pooled first row',
      '1.00 0.33 0.55 0.33',
      '7/9 = 0.77',
    ));

  it('T1: 1.00 where the stroke fits, 0.55 at the crossing', async () => {
    await says('#/convolve?picture=x&kernel=diagonal&mode=match&at=1,1', '9/9 = 1.00');
    await says('#/convolve?picture=x&kernel=diagonal&mode=match&at=3,3', '5/9 = 0.55');
  });

  it('T2: three channels and a bias by hand', () =>
    says(
      '#/convolve?picture=rgb-lecture&kernel=lecture-3&pad=1&at=0,0',
      '308 + (−498) + 164 + 1 = −25',
      '156·1 + 155·(−1)',
      '−25 ',
    ));

  it('T3: the positions of a kernel', () =>
    says('#/convolve?picture=lecture-5x5&kernel=lecture-cross', '9 positions, 3×3', '(5 − 3 + 2·0)/1 + 1 = 3'));

  it('T4: the size of the map, with its numbers', () =>
    says('#/convolve?size=5&kernel=4&pad=2&stride=1', '(5 − 4 + 2·2)/1 + 1 = 6', '36 positions, 6×6'));

  it('moves with the arrows, goes back with the browser, and keeps it all in the address', async () => {
    const { page, problems } = await studio.open('#/convolve?picture=lecture-5x5&kernel=lecture-cross');
    await whyOf(page).getByText('Row 1, column 1').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await whyOf(page).getByText('Row 2, column 2').waitFor();
    await page.waitForURL(/at=1,1/);
    await page.getByRole('button', { name: 'stride: more' }).click();
    await whyOf(page).getByText('4 positions, 2×2').waitFor();
    expect(await page.evaluate('location.hash')).toBe(
      '#/convolve?picture=lecture-5x5&kernel=lecture-cross&stride=2&at=1,1',
    );
    await page.reload();
    await whyOf(page).getByText('4 positions, 2×2').waitFor();
    await page.goBack();
    await whyOf(page).getByText('9 positions, 3×3').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('moves by a stride with the arrows on the picture, in both directions, and zooms with + and −', async () => {
    const { page } = await studio.open('#/convolve?picture=digit&kernel=outline&stride=2&at=5,5');
    const picture = page.getByRole('application', { name: /^Picture 28×28/ });
    await whyOf(page).getByText('Row 6, column 6').waitFor();
    for (const [key, place] of [
      ['ArrowLeft', 'Row 6, column 5'],
      ['ArrowUp', 'Row 5, column 5'],
      ['ArrowRight', 'Row 5, column 6'],
      ['ArrowDown', 'Row 6, column 6'],
    ]) {
      await picture.press(key);
      await whyOf(page).getByText(place).waitFor();
    }
    const width = async (): Promise<number> => (await picture.boundingBox())!.width;
    const before = await width();
    for (let i = 0; i < 6; i++) await picture.press('+');
    // Zoomed, the window is still on the picture, and the pointer finds its cells.
    const box = (await picture.boundingBox())!;
    await page.mouse.move(box.x + box.width - 2, box.y + box.height - 2);
    await whyOf(page)
      .getByText(/Row ([7-9]|1\d), column ([7-9]|1\d)/)
      .waitFor();
    for (let i = 0; i < 8; i++) await picture.press('-');
    expect(await width()).toBeCloseTo(before, 0);
    await page.context().close();
  });

  it('shows several kernels side by side, of several sizes, and changes between them', async () => {
    const { page, problems } = await studio.open('#/convolve?picture=x&kernel=diagonal,gaussian,1_0;0_1&relu=on');
    await whyOf(page).getByText('49 positions, 7×7').waitFor();
    await whyOf(page).getByText('max(0, ').waitFor();
    await page.keyboard.press(']');
    await whyOf(page).getByText('25 positions, 5×5').waitFor();
    await page.keyboard.press(']');
    await whyOf(page).getByText('64 positions, 8×8').waitFor();
    await page.getByRole('radiogroup', { name: 'Several at once' }).getByRole('radio').first().click();
    await whyOf(page).getByText('49 positions, 7×7').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('plays in whole rows where movement is to be reduced', async () => {
    const { page } = await studio.open('#/convolve?picture=x&kernel=diagonal&mode=match', { reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForURL(/drawn=(8|15|22)\b/);
    await page.context().close();
  });

  it('plays cell by cell, pauses, and draws all', async () => {
    const { page } = await studio.open('#/convolve?picture=x&kernel=diagonal&mode=match');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForURL(/drawn=([5-9]|\d\d)/);
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    const drawn = page.url();
    await page.getByRole('button', { name: 'Step' }).click();
    await page.waitForURL((url) => url.href !== drawn);
    await page.getByRole('button', { name: 'Draw all' }).click();
    await page.waitForURL((url) => !url.hash.includes('drawn'));
    await page.context().close();
  });

  it('edits a kernel by typing, and the sum follows', async () => {
    const { page } = await studio.open('#/convolve?picture=lecture-5x5&kernel=lecture-cross');
    await whyOf(page).getByText('Row 1, column 1').waitFor();
    const cell = page
      .getByRole('group', { name: 'kernel', exact: true })
      .getByRole('textbox', { name: 'Row 1, column 1' });
    await cell.fill('5');
    await cell.press('Enter');
    await whyOf(page).getByText('1·5 + 1·0').waitFor();
    await page.waitForURL((url) => url.hash.includes('kernel=5_0_1;0_1_0;1_0_1'));
    await page.context().close();
  });

  it('takes a drawing, which is in the address, and what the camera sees', async () => {
    const { page, problems } = await studio.open('#/convolve?picture=draw:9:&kernel=diagonal&mode=match', {
      permissions: ['camera'],
    });
    await whyOf(page).getByText('first row').first().waitFor();
    const grid = page.getByRole('application', { name: /Drawing grid/ });
    const box = (await grid.boundingBox())!;
    const cell = box.width / 9;
    await page.mouse.move(box.x + 1.5 * cell, box.y + 1.5 * cell);
    await page.mouse.down();
    for (let i = 2; i <= 5; i++) await page.mouse.move(box.x + (i + 0.5) * cell, box.y + (i + 0.5) * cell);
    await page.mouse.up();
    await page.waitForURL(/picture=draw:9:\w+/);
    await page.getByRole('application', { name: /^Map 7 × 7|^Map 7×7/ }).press('ArrowRight');
    await page.getByRole('application', { name: /^Map 7 × 7|^Map 7×7/ }).press('ArrowDown');
    await whyOf(page).getByText('9/9 = 1.00').waitFor();
    await page.getByRole('button', { name: 'Camera' }).click();
    const take = page.getByRole('button', { name: 'Take this picture' });
    await expect
      .poll(() => page.locator('video').evaluate((video) => (video as HTMLVideoElement).videoWidth))
      .toBeGreaterThan(0);
    await take.click();
    await page.waitForURL(/picture=file:[0-9a-f]{16}/);
    await whyOf(page).getByText(/red/).first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('says what to do where an address cannot be followed, and opens all the same', async () => {
    const { page } = await studio.open('#/convolve?picture=lecture-5x5&kernel=lecture-cross&stride=9&strides=2');
    const alerts = page.getByRole('alert');
    await alerts.first().waitFor();
    expect(await alerts.allInnerTexts()).toEqual([
      expect.stringContaining('stride=9: it must be a whole number from 1 to 4; opened with 1 instead'),
      expect.stringContaining('strides is no part of this page’s address; did you mean stride?'),
    ]);
    await whyOf(page).getByText('9 positions, 3×3').waitFor();
    await page.context().close();
  });

  it('as a network: the votes are for the letter, until it is turned', async () => {
    const { page, problems } = await studio.open('#/convolve?view=network');
    await whyOf(page).getByText('It is an X, and the votes say so.').waitFor();
    await page.getByRole('radio', { name: 'O', exact: true }).check({ force: true });
    await whyOf(page).getByText('It is an O, and the votes say so.').waitFor();
    await page.goto(`${studio.address}#/convolve?view=network&turn=45`);
    await whyOf(page).getByText('It is an X, but the votes say O.').waitFor();
    await page.getByRole('button', { name: 'As it was' }).click();
    await whyOf(page).getByText('It is an X, and the votes say so.').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
