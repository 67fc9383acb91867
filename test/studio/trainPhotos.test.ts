import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';
const data = process.env.STRIATE_DATA;

/** Copies the first photos of cats and dogs into folders. */
async function copyPets(folder: string, part: 'train' | 'validation', to: string, each: number): Promise<void> {
  for (const name of ['cats', 'dogs']) {
    const from = join(data!, 'cats-dogs', part, name);
    const files = (await readdir(from)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(0, each);
    await mkdir(join(folder, to, name), { recursive: true });
    for (const file of files) await copyFile(join(from, file), join(folder, to, name, file));
  }
}

describe.skipIf(!executable)(`Train on photos${reason}`, () => {
  let studio: StudioInChromium;
  let folder: string;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!, data ? ['--data', data] : []);
    folder = await mkdtemp(join(tmpdir(), 'striate-train-photos-'));
  });
  afterAll(async () => {
    await studio.close();
    await rm(folder, { recursive: true });
  });

  it.skipIf(!data)(
    'a dropped model gets a classifier for a dropped folder of 40 photos, solved, that is right on others',
    async () => {
      await copyPets(join(folder, 'pets'), 'train', 'train', 20);
      await copyPets(join(folder, 'pets'), 'validation', 'validation', 30);
      const { page, problems } = await studio.open('#/train?data=digits');
      await page.locator('.train-folder').setInputFiles(join(folder, 'pets'));
      await page.waitForURL(/data=photos:[0-9a-f]{16}/);
      await page.getByText('40 to learn from, 60 held out').waitFor();
      await page.locator('input[accept*=onnx]').setInputFiles(join(data!, 'pretrained/squeezenet1_1-imagenet.onnx'));
      await page.waitForURL(/model=file:[0-9a-f]{16}/);
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await page.getByText(/^trained: /).waitFor();
      const said = await whyOf(page).innerText();
      const accuracy = /([\d.]+) % on 60 held-out pictures, the classifier solved/.exec(said);
      expect(Number(accuracy?.[1])).toBeGreaterThanOrEqual(90);
      expect(said).toMatch(/% when pictures to learn from were held out in turns/);
      expect(await page.locator('.train-guesses li').count()).toBe(12);
      expect(await page.locator('.train-guesses .right').count()).toBeGreaterThanOrEqual(10);
      // The trained model is still there after a reload, and says what is in a photo.
      await page.reload();
      await page.getByText(/^trained: /).waitFor();
      const [cat] = await readdir(join(folder, 'pets/validation/cats'));
      await page.locator('.train-try input[type=file]').setInputFiles(join(folder, 'pets/validation/cats', cat));
      await expect.poll(() => page.locator('.train-answer li').count(), { timeout: 900_000 }).toBe(2);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );
});
