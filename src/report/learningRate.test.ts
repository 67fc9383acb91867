import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { LearningRateCurve } from '../models/index.js';
import { formatRate, learningRateChart, learningRateSpec } from './learningRateChart.js';
import { suggestionRows, writeLearningRateReport } from './learningRatePage.js';

/** Flat, down from 1e-4 to 1e-2, then up without end. */
function curve(): LearningRateCurve {
  const learningRates = Array.from({ length: 90 }, (_, i) => 10 ** (-7 + (8 * i) / 99));
  const smoothed = learningRates.map((rate) => 0.5 + 1.8 / (1 + (rate / 1e-3) ** 2) + rate ** 2 * 3);
  const losses = smoothed.map((loss, i) => loss + 0.15 * Math.sin(i * 12.9898));
  const suggestion = { steepest: 6e-4, valley: 2e-3, minimum: 1.5e-3 };
  return { learningRates, losses, smoothed, diverged: true, suggestion };
}

it('draws the loss on a logarithmic axis and names the suggestions', async () => {
  const svg = await learningRateChart(curve());
  expect(svg).toMatch(/^<svg/);
  for (const text of [
    '1e-7',
    '1e-4',
    'valley 2.0e-3',
    'steepest 6.0e-4',
    'minimum / 10 1.5e-3',
    'each batch',
    'smoothed',
  ]) {
    expect(svg).toContain(`>${text}<`);
  }
});

it('shows the fall, however far the loss rises after it', () => {
  const found = curve();
  const risen = {
    ...found,
    losses: [...found.losses.slice(0, -1), 1e9],
    smoothed: [...found.smoothed.slice(0, -1), 1e8],
  };
  const [, layer] = (
    learningRateSpec(risen) as unknown as { layer: { encoding: { y: { scale: { domain: number[] } } } }[] }
  ).layer;
  const [low, high] = layer.encoding.y.scale.domain;
  expect(low).toBeGreaterThan(-1);
  expect(high).toBeLessThan(4);
});

it('writes a page of its own that tells text from markup', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'striate-lr-'));
  try {
    const found = curve();
    const page = await writeLearningRateReport(folder, {
      model: 'a<b>',
      data: 'pets & co',
      found,
      settings: { optimizer: 'adam' },
    });
    const html = await readFile(page, 'utf8');
    expect(html).toContain('A learning rate for a&lt;b&gt; on pets &amp; co');
    expect(html).toContain('var(--training)');
    expect(html.match(/<tr>/g)).toHaveLength(1 + found.losses.length + 1 + 3 + 1 + 1);
    expect(await readFile(join(folder, 'learning-rate.svg'), 'utf8')).toContain('>valley 2.0e-3<');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('writes rates as people do', () => {
  expect([0.0031415, 1, 10, 0.000099].map(formatRate)).toEqual(['3.1e-3', '1.0', '1.0e1', '9.9e-5']);
  expect(suggestionRows(curve()).map(([name]) => name)).toEqual(['valley', 'steepest', 'minimum']);
});
