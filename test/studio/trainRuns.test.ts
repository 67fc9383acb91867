import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

describe.skipIf(!executable)(`Train beside the command line${reason}`, () => {
  let studio: StudioInChromium;
  let runs: string;
  beforeAll(async () => {
    runs = await mkdtemp(join(tmpdir(), 'striate-train-runs-'));
    studio = await startStudioInChromium(executable!, ['--runs', runs]);
  });
  afterAll(async () => {
    await studio.close();
    await rm(runs, { recursive: true });
  });

  it('lists a run of the command line that begins while the page is open, and follows it', async () => {
    const { page, problems } = await studio.open('#/train?data=digits');
    await page.getByText('Those of striate train appear here, too').waitFor();
    const folder = join(runs, 'a run & <b>another');
    await mkdir(folder);
    const results = join(folder, 'results.csv');
    await writeFile(join(folder, 'run.json'), JSON.stringify({ arguments: { data: 'digits', epochs: 3 } }));
    await writeFile(results, 'epoch,loss,accuracy,valLoss,valAccuracy,seconds\n1,0.9,0.7,0.8,0.75,2\n');
    await page.getByRole('link', { name: 'a run & <b>another, of the command line' }).click();
    await page.waitForURL(/run=line:/);
    await page.getByText('epoch 1 of 3: learning').waitFor();
    await whyOf(page).getByText('75.00 % on held-out pictures after epoch 1').waitFor();
    expect(await page.locator('.train-curve').first().locator('.held').count()).toBe(1);
    await appendFile(results, '2,0.5,0.8,0.4,0.85,2\n');
    await whyOf(page).getByText('85.00 % on held-out pictures after epoch 2').waitFor();
    expect(await page.locator('.train-curve').first().locator('.held').count()).toBe(2);
    await appendFile(results, '3,0.2,0.9,0.3,0.91,2\n');
    await page.getByText('epoch 3 of 3: trained').waitFor();
    await page.getByRole('img', { name: 'Accuracy over the steps, now 91.0 %' }).waitFor();
    await page.reload();
    await page.getByText('epoch 3 of 3: trained').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('solves a new head for a network that has learned digits, and finds letters enough', async () => {
    const { page, problems } = await studio.open('#/train?data=xo&pictures=100&held=400&model=digits&learn=on');
    await page.getByText(/^trained: /).waitFor();
    const said = await whyOf(page).innerText();
    const accuracy = /([\d.]+) % on 400 held-out pictures, the classifier solved/.exec(said);
    expect(Number(accuracy?.[1])).toBeGreaterThanOrEqual(97);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
