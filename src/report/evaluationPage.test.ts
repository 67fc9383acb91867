import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classScores, macroAverages } from './classScores.js';
import type { EvaluationResult } from './evaluationPage.js';
import { writeEvaluation } from './writeReport.js';

const hostile = ['<script>alert(1)</script>', '"onload="x', 'a,b\n"c"', '=1+1&'];

/** The third class has no pictures, the fourth is never named. */
const confusion = [
  [5, 1, 0, 0],
  [2, 3, 1, 0],
  [0, 0, 0, 0],
  [0, 4, 0, 0],
];

const result: EvaluationResult = {
  model: '<b>net</b>',
  parameters: 12345,
  layers: [{ name: 'conv<1>', type: 'Conv2D', output: '(2, 2, 3)', parameters: 84 }],
  architecture: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
  data: { name: 'pets & co', pictures: 16, classNames: hostile, inputShape: [2, 2, 3] },
  settings: { preprocessing: '<torch>' },
  engine: 'wasm, 2 threads',
  test: {
    loss: 0.75,
    accuracy: 0.5,
    confusion,
    mistakes: [
      {
        index: 3,
        file: 'it\'s <img src="x">.png',
        picture: { height: 1, width: 2, channels: 3, values: Float32Array.of(1, 0, 0.2, 0, 1, 0.6) },
        label: 0,
        predicted: 1,
        probability: 0.875,
        labelProbability: 0.125,
      },
    ],
  },
};

describe('an evaluation', () => {
  let folder = '';
  let page = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-evaluation-'));
    page = await readFile(await writeEvaluation(folder, result), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('leaves tables, drawings and the page', async () => {
    const files = ['classes.csv', 'confusion.csv', 'confusion.png', 'confusion.svg', 'index.html'];
    expect((await readdir(folder)).sort()).toEqual(files);
  });

  it('shows names of classes, files, layers and settings as text, never as markup', async () => {
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('it&#39;s &lt;img src=&quot;x&quot;&gt;.png');
    expect(page).toContain('taken for &quot;onload=&quot;x">');
    expect(page).toContain('conv&lt;1&gt;');
    expect(page).toContain('&lt;torch&gt;');
    expect(page).toContain('<title>&lt;b&gt;net&lt;/b&gt; on pets &amp; co · Striate</title>');
    for (const markup of ['<script', '<img src="x"', '<b>net']) {
      expect(page).not.toContain(markup);
      expect(await readFile(join(folder, 'confusion.svg'), 'utf8')).not.toContain(markup);
    }
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
    for (const address of addresses) expect(address).toMatch(/^data:image\/png;base64,/);
  });

  it('gives the numbers that it was given', () => {
    expect(page).toContain('recognises <strong>50.0 %</strong> of 16 pictures; it gets 8 wrong');
    expect(page).toContain('<dt>Loss</dt><dd>0.750</dd>');
    expect(page).toContain('<dt>Parameters</dt><dd>12,345</dd>');
    expect(page).toContain('<span>87.5 %</span>');
    expect(page).toContain('<span>12.5 %</span>');
    // Each class: pictures, recall, precision, F1, and what it is most often taken for.
    const cells = [...page.matchAll(/<tr><th scope="row">(.*?)<\/tr>/gs)].map(([, row]) =>
      row.split(/<[^>]*>/).filter(Boolean),
    );
    expect(cells.find(([name]) => name.startsWith('=1+1'))).toEqual([
      '=1+1&amp;',
      '4',
      '0 %',
      '–',
      '0 %',
      '&quot;onload=&quot;x (4 ×)',
    ]);
    expect(cells.find(([name]) => name.startsWith('a,b'))).toEqual(['a,b\n&quot;c&quot;', '0', '–', '0 %', '0 %']);
  });

  it('draws mistakes in their own colours', async () => {
    const [, data] = /<img src="data:image\/png;base64,([^"]*)"/.exec(page)!;
    const { data: bytes, info } = await sharp(Buffer.from(data, 'base64')).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([2, 1, 3]);
    expect([...bytes]).toEqual([255, 0, 51, 0, 255, 153]);
  });

  it('writes tables that a spreadsheet reads: names in quotes, nothing for what is not a number', async () => {
    const lines = (await readFile(join(folder, 'confusion.csv'), 'utf8')).trimEnd();
    const quoted = ['<script>alert(1)</script>', '"""onload=""x"', '"a,b\n""c"""', "'=1+1&"];
    const rows = confusion.map((row, i) => [quoted[i], ...row].join(','));
    expect(lines).toBe([['true class', ...quoted].join(','), ...rows].join('\n'));
    const classes = await readFile(join(folder, 'classes.csv'), 'utf8');
    expect(classes).toContain('class,pictures,precision,recall,f1\n');
    expect(classes).toContain(`<script>alert(1)</script>,6,${5 / 7},${5 / 6},${10 / 13}\n`);
    expect(classes).toContain('"a,b\n""c""",0,0,,0\n');
  });

  it('averages over the classes that there are pictures of', () => {
    const { precision, recall, f1 } = macroAverages(classScores(confusion, hostile));
    expect(precision).toBeCloseTo((5 / 7 + 3 / 8 + 0) / 3, 12);
    expect(recall).toBeCloseTo((5 / 6 + 3 / 6 + 0) / 3, 12);
    expect(f1).toBeCloseTo((10 / 13 + 6 / 14 + 0) / 3, 12);
  });
});

it('shows of many classes the worst recognised', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'striate-many-'));
  try {
    const classNames = Array.from({ length: 50 }, (_, i) => `class${i}`);
    // Class i is recognised in i of 50 pictures; the rest are taken for the next class.
    const many = classNames.map((_, i) => classNames.map((__, j) => (j === i ? i : j === (i + 1) % 50 ? 50 - i : 0)));
    const data = { ...result.data, classNames, pictures: 2500 };
    const path = await writeEvaluation(folder, {
      ...result,
      data,
      test: { ...result.test, confusion: many, mistakes: [] },
    });
    const page = await readFile(path, 'utf8');
    expect(page).toContain('The 40 worst recognised of 50 classes.');
    expect(page).toContain('>class39</th>');
    const [shown, opened] = page.split('The 40 worst recognised')[1].split('<summary>Every class');
    expect(shown).not.toContain('>class40</th>');
    expect(opened).toContain('>class49</th>');
    expect(page).not.toContain('Its most confident mistakes');
  } finally {
    await rm(folder, { recursive: true });
  }
});
