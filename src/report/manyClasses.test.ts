import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classScores, confusionMatrix, topConfusions } from './classScores.js';
import { confusionSpec } from './confusionChart.js';
import { ConfusionCounts } from './confusionCounts.js';
import { drawChart } from './draw.js';
import { writeEvaluation } from './writeReport.js';

/** Ten pictures a class; one in five is taken for a class further on. */
function confused(classes: number, each = 10): ConfusionCounts {
  const labels = Int32Array.from({ length: each * classes }, (_, i) => i % classes);
  const predictions = labels.map((label, i) => (i % 5 === 0 ? (label + (i % 97)) % classes : label));
  return ConfusionCounts.count(labels, predictions, classes);
}

const names = (classes: number): string[] => Array.from({ length: classes }, (_, i) => `class <${i}>`);

describe('counts of confusions', () => {
  it('are those of the full table', () => {
    const [labels, predictions] = [
      [0, 1, 1, 2, 2, 2, 0],
      [0, 1, 0, 2, 1, 1, 0],
    ];
    const counts = ConfusionCounts.count(labels, predictions, 4);
    const matrix = confusionMatrix(labels, predictions, 4);
    expect(matrix).toEqual([
      [2, 0, 0, 0],
      [1, 1, 0, 0],
      [0, 2, 1, 0],
      [0, 0, 0, 0],
    ]);
    expect(counts.toMatrix()).toEqual(matrix);
    expect(ConfusionCounts.of(matrix)).toEqual(counts);
    expect(classScores(counts, ['a', 'b', 'c', 'd'])).toEqual(classScores(matrix, ['a', 'b', 'c', 'd']));
    expect(topConfusions(counts, ['a', 'b', 'c', 'd'], 1)).toEqual([{ label: 'c', predicted: 'b', times: 2 }]);
    expect(counts.onlySeen().kept).toEqual([0, 1, 2]);
  });

  it('of ten thousand classes take the room of what occurs', () => {
    const counts = confused(10_000);
    expect(counts.entries.length).toBeLessThan(40_000);
    expect(classScores(counts, names(10_000))).toHaveLength(10_000);
  });
});

describe('a chart of many classes', () => {
  // 1,000 classes were a million cells: the stack overflowed; 600 took a gigabyte and gave 66 MB of SVG.
  it.each([61, 600, 1000, 10_000])(
    'of %i is one that people can read: groups, and the worst pairs by name',
    async (n) => {
      const counts = confused(n);
      const svg = await drawChart(confusionSpec(counts, names(n)));
      expect(svg.length).toBeLessThan(1e6);
      const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
      const [worst] = topConfusions(counts, names(n), 1);
      const escaped = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      expect(texts).toContain(`${escaped(worst.label)} → ${escaped(worst.predicted)}`);
      expect(texts).toContain(escaped('class <0>'));
      expect(texts.some((text) => text.startsWith('true class'))).toBe(true);
    },
  );

  it('is drawn where nothing was mistaken, and where classes are called as objects’ own properties', async () => {
    const called = names(100).map((name, i) => ['constructor', '__proto__', 'toString'][i] ?? name);
    const labels = Int32Array.from({ length: 100 }, (_, i) => i);
    const svg = await drawChart(confusionSpec(ConfusionCounts.count(labels, labels, 100), called));
    expect(svg).toContain('constructor');
    const turned = ConfusionCounts.count(labels, labels.toReversed(), 100);
    expect(await drawChart(confusionSpec(turned, called))).toContain('__proto__ → ');
  });
});

it('an evaluation of ten thousand classes leaves pages and tables of a few megabytes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'striate-classes-'));
  try {
    const classNames = names(10_000);
    const confusion = confused(10_000);
    const page = await writeEvaluation(folder, {
      model: 'net',
      parameters: 1,
      layers: [],
      architecture: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
      data: { name: 'many', pictures: 100_000, classNames, inputShape: [2, 2, 3] },
      settings: {},
      engine: 'wasm',
      test: { loss: 1, accuracy: 0.8, confusion, mistakes: [] },
    });
    const html = await readFile(page, 'utf8');
    expect(html.length).toBeLessThan(8e6);
    // The reader's browser finds every class.
    expect(html).toContain('Every class, to be searched');
    expect(html).toContain('class &lt;9999&gt;</th>');
    expect(html).not.toContain('<script');
    for (const file of ['confusion.svg', 'confusion.csv', 'classes.csv']) {
      expect((await stat(join(folder, file))).size).toBeLessThan(4e6);
    }
    expect((await readFile(join(folder, 'confusion.csv'), 'utf8')).split('\n')[0]).toBe(
      'true class,predicted class,times',
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
