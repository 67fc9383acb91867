import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibration } from '../training/calibration.js';
import { classScores, confusionMatrix, topConfusions } from './classScores.js';
import { curveSpec } from './curves.js';
import { pictureToPng } from './draw.js';
import { History } from '../fit/history.js';
import { formatPercent, formatSeconds } from './html.js';
import { epochRows, resultsCsv } from './resultsCsv.js';
import type { RunResult } from './runResult.js';
import { writeReport } from './writeReport.js';

const classNames = ['cat', 'dog <b>'];

const grey = { height: 2, width: 2, channels: 1, values: Float32Array.of(0, 1, 0.5, 0) };

const run = {
  model: 'mnist_cnn',
  parameters: 93322,
  layers: [{ name: 'conv2d', type: 'Conv2D', output: '(26, 26, 32)', parameters: 320 }],
  architecture: '<svg xmlns="http://www.w3.org/2000/svg" class="drawn"><title>layers</title></svg>\n',
  data: { name: 'pets', training: 10, test: 4, validation: 'test pictures', classNames, inputShape: [2, 2, 1] },
  settings: { optimizer: 'adam', batch: 64 },
  engine: 'wasm, 2 threads',
  epochs: [1, 2, 3].map((epoch) => ({
    epoch,
    loss: 1 / epoch,
    accuracy: 0.5 + epoch / 10,
    valLoss: 1.2 / epoch,
    valAccuracy: 0.4 + epoch / 10,
    seconds: 2.5,
  })),
  imagesPerSecond: 1234.5,
  suspects: {
    pictures: 10,
    noiseRate: 0.2,
    found: [
      { index: 4, file: 'a "b".png', picture: grey, label: 1, suggested: 0, quality: 0.0123 },
      { index: 2, file: undefined, label: 0, suggested: 1, quality: 0.2 },
    ],
  },
  test: {
    loss: 0.5,
    accuracy: 0.75,
    confusion: [
      [2, 1],
      [0, 1],
    ],
    calibration: calibration([0, 0, 0, 1], [0.1, 0.2, 0.93, 0.97]),
    mistakes: [
      {
        index: 7,
        picture: { height: 2, width: 2, channels: 1, values: Float32Array.of(0, 1, 0.5, 0) },
        label: 0,
        predicted: 1,
        probability: 0.9,
        labelProbability: 0.1,
      },
    ],
  },
} satisfies RunResult;

describe('what a result was measured on', () => {
  it.each([
    [undefined, 'Test accuracy', '4 test pictures'],
    ['validation', 'Validation accuracy', '4 validation pictures'],
  ] as const)('is said in the same word everywhere: %s', async (testedOn, title, pictures) => {
    const folder = await mkdtemp(join(tmpdir(), 'striate-report-'));
    const data = { ...run.data, testedOn, validation: 'validation pictures' };
    const page = await readFile(await writeReport(folder, { ...run, data }), 'utf8');
    expect(page).toContain(title);
    expect(page.split(pictures)).toHaveLength(3);
    expect(page.includes('Test ')).toBe(testedOn === undefined);
    await rm(folder, { recursive: true });
  });
});

describe('epochs', () => {
  const results = run.epochs.map(({ epoch: _, ...rest }) => ({ ...rest, learningRate: 0.1 }));

  it('are taken as a history has them, as a list of its epochs, and as rows', async () => {
    const history = new History(results, 100, false);
    const folder = await mkdtemp(join(tmpdir(), 'striate-report-'));
    for (const epochs of [history, results, epochRows(results)]) {
      expect(resultsCsv(epochs)).toBe(resultsCsv(run.epochs));
      expect(curveSpec(epochs, 'loss', undefined)).toEqual(curveSpec(run.epochs, 'loss', undefined));
      await writeReport(folder, { ...run, epochs });
      expect(await readFile(join(folder, 'results.csv'), 'utf8')).toBe(resultsCsv(run.epochs));
      expect(await readFile(join(folder, 'index.html'), 'utf8')).toContain('over 3 epochs');
    }
    await rm(folder, { recursive: true });
  });

  it('are refused where only some have their numbers', async () => {
    const mixed = [run.epochs[0], results[1]] as unknown as RunResult['epochs'];
    const folder = join(tmpdir(), 'striate-report-of-no-rows');
    const advice = /epochs\[1\] of a run: must have its number as epoch.*give the history itself/s;
    await expect(writeReport(folder, { ...run, epochs: mixed })).rejects.toThrow(advice);
    expect(existsSync(folder)).toBe(false);
    expect(() => resultsCsv(mixed)).toThrow(advice);
  });
});

describe('scores', () => {
  it('counts predictions by true and predicted class', () => {
    expect(confusionMatrix([0, 1, 1, 0], [0, 1, 0, 0], 2)).toEqual([
      [2, 0],
      [1, 1],
    ]);
  });

  it('reads recall, precision and the commonest confusion off the matrix', () => {
    const [cat, dog] = classScores(run.test.confusion, classNames);
    expect(cat).toMatchObject({ pictures: 3, recall: 2 / 3, precision: 1, takenFor: { name: 'dog <b>', times: 1 } });
    expect(dog).toMatchObject({ pictures: 1, recall: 1, precision: 0.5, takenFor: undefined });
    expect(topConfusions(run.test.confusion, classNames, 5)).toEqual([
      { label: 'cat', predicted: 'dog <b>', times: 1 },
    ]);
  });

  it('never shows an imperfect share as 100 %', () => {
    expect(formatPercent(0.99999)).toBe('99.99 %');
    expect(formatPercent(1)).toBe('100 %');
    expect(formatPercent(0.9876)).toBe('98.8 %');
    expect(formatSeconds(75.2)).toBe('1 min 15 s');
  });
});

it('writes epochs as CSV, leaving unmeasured cells empty', () => {
  const rows = [run.epochs[0], { ...run.epochs[1], valLoss: undefined, valAccuracy: undefined }];
  expect(resultsCsv(rows)).toBe(
    'epoch,loss,accuracy,valLoss,valAccuracy,seconds\n1,1,0.6,1.2,0.5,2.5\n2,0.5,0.7,,,2.5\n',
  );
});

it('draws a picture pixel by pixel', async () => {
  const png = await pictureToPng(run.test.mistakes[0].picture);
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([2, 2]);
  expect([...data]).toEqual([0, 255, 128, 0]);
});

describe('a run folder', () => {
  let folder = '';
  let page = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-report-'));
    page = await readFile(await writeReport(folder, run), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('holds the pictures, the table and the page', async () => {
    const files = await readdir(folder);
    const pictures = ['confusion.png', 'confusion.svg', 'curves.png', 'curves.svg'];
    const expected = ['architecture.svg', ...pictures, 'index.html', 'results.csv', 'suspects.csv'];
    expect(files.sort()).toEqual(expected);
    expect((await sharp(join(folder, 'curves.png')).metadata()).width).toBeGreaterThan(600);
  });

  it('asks for nothing from outside', () => {
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(address).toMatch(/^(data:image\/png;base64,|#)/);
    expect(page).not.toMatch(/<script|@import|url\(["']?http/);
  });

  it('tells what came out, with class names escaped', () => {
    expect(page).toContain('75.0 %');
    expect(page).toContain('93,322');
    expect(page).toContain('dog &lt;b&gt;');
    expect(page).not.toContain('dog <b>');
    expect(page).toContain('seen as <b class="wrong">');
  });

  it('says how far probabilities may be believed, in words', () => {
    expect(page).toContain('How far its probabilities may be believed');
    expect(page).toContain('It is too sure of itself: in the mean it gives its answers 90.0 % and is right in 75.0 %.');
    expect(page).toContain('expected calibration error, 15 bins');
    expect(page).not.toContain('NaN');
  });

  it('shows labels that may be wrong, and lists all of them', async () => {
    expect(page).toContain('By estimate 20.0 % of the 10 labels are wrong.');
    expect(page).toContain('lists all 2 that are suspected, these are the 1 worst.');
    expect(page).toContain('labelled <b class="wrong">dog &lt;b&gt;</b><span>1.2 %</span>');
    expect(await readFile(join(folder, 'suspects.csv'), 'utf8')).toBe(
      'index,file,label,suggested,quality\n4,"a ""b"".png",dog <b>,cat,0.0123\n2,,cat,dog <b>,0.2\n',
    );
  });

  it('draws charts in the page’s own colours, with all points', () => {
    const charts = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(charts).toHaveLength(5);
    expect(charts[4]).toContain('class="drawn"');
    // A bar for each bin that holds pictures.
    expect(charts[3]?.match(/aria-roledescription="bar"/g)).toHaveLength(3);
    expect(charts[0]).toContain('var(--training)');
    expect(charts[0]).toContain('var(--validation)');
    // One path per epoch and series, which describe themselves to screen readers.
    expect(charts[0]?.match(/aria-roledescription="point"/g)).toHaveLength(6);
    expect(charts.join('')).not.toContain('#2463c9');
  });
});
