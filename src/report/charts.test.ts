import { describe, expect, it } from 'vitest';
import { confusionSpec } from './confusionChart.js';
import { curveSpec } from './curves.js';
import { drawChart, svgToPng } from './draw.js';
import { epochRows, resultsCsv } from './resultsCsv.js';

const epochs = [1, 2, 3, 4].map((epoch) => ({
  loss: 1 / epoch,
  accuracy: epoch / 8,
  valLoss: epoch === 3 ? NaN : 2 / epoch,
  valAccuracy: epoch / 10,
  learningRate: 0.01,
  seconds: 1.23456,
}));

interface Layered {
  readonly layer: readonly { readonly data: { readonly values: readonly object[] } }[];
}

describe('curves', () => {
  const panelOf = (frozen?: number): Layered => {
    const spec = curveSpec(epochRows(epochs, frozen), 'loss', 'test pictures') as unknown as { hconcat: Layered[] };
    return spec.hconcat[0];
  };

  it('have a point for each number given, and none where there is no number', () => {
    const { values } = panelOf().layer[0].data;
    expect(values).toEqual([
      { epoch: 1, series: 'training', value: 1 },
      { epoch: 1, series: 'test pictures', value: 2 },
      { epoch: 2, series: 'training', value: 0.5 },
      { epoch: 2, series: 'test pictures', value: 1 },
      { epoch: 3, series: 'training', value: 1 / 3 },
      { epoch: 4, series: 'training', value: 0.25 },
      { epoch: 4, series: 'test pictures', value: 0.5 },
    ]);
  });

  it('mark where fine-tuning begins', () => {
    expect(panelOf().layer).toHaveLength(1);
    const [rule] = panelOf(2).layer;
    expect(rule.data.values).toEqual([{ epoch: 2.5 }]);
  });

  it('are the lines of results.csv, with the phase where there are two', () => {
    const csv = resultsCsv(epochRows(epochs, 3)).split('\n');
    expect(csv[0]).toBe('epoch,loss,accuracy,valLoss,valAccuracy,seconds,phase');
    expect(csv[1]).toBe('1,1,0.125,2,0.1,1.235,frozen');
    expect(csv[3]).toBe(`3,${1 / 3},0.375,,0.3,1.235,frozen`);
    expect(csv[4]).toBe('4,0.25,0.5,0.5,0.4,1.235,fine-tuning');
  });
});

describe('a confusion matrix', () => {
  const confusion = [
    [7, 2],
    [0, 4],
  ];

  it('is drawn with the counts given, zeros left out, and names as text', async () => {
    const svg = await drawChart(confusionSpec(confusion, ['<cat>', 'dog & co']));
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    expect(texts.filter((text) => /^\d+$/.test(text)).sort()).toEqual(['2', '4', '7']);
    expect(texts.filter((text) => text === '&lt;cat&gt;')).toHaveLength(2);
    expect(texts.filter((text) => text === 'dog &amp; co')).toHaveLength(2);
    expect(svg).not.toContain('<cat>');
  });

  it.each([
    ['that plain objects know', ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']],
    ['that are there twice', ['crane', 'crane', 'maillot', 'maillot']],
    ['that are numbers, or nothing', ['10', '9', '', ' ']],
  ])('draws each class, with names %s', async (_, names) => {
    const matrix = names.map((__, i) => names.map((___, j) => (i === j ? i + 1 : 0)));
    const svg = await drawChart(confusionSpec(matrix, names));
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    for (const name of names.filter((one) => one.trim() !== '')) {
      const times = names.filter((other) => other === name).length;
      expect(texts.filter((text) => text === name).length, name).toBeGreaterThanOrEqual(2 * times);
    }
    expect(svg.match(/aria-roledescription="rect mark"|role="graphics-symbol"/g)?.length).toBeGreaterThanOrEqual(
      names.length ** 2,
    );
  });

  it('draws names with control characters as a picture that can be read', async () => {
    const svg = await drawChart(confusionSpec(confusion, ['\u001b[31mred\u0000', '\ud800blue\u0085']));
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect((await svgToPng(svg)).length).toBeGreaterThan(1000);
  });

  it('leaves the counts out where cells are too small for them', () => {
    const names = Array.from({ length: 25 }, (_, i) => `class${i}`);
    const matrix = names.map((_, i) => names.map((__, j) => (i === j ? 3 : 0)));
    expect((confusionSpec(matrix, names) as unknown as { layer: object[] }).layer).toHaveLength(1);
    expect((confusionSpec(confusion, ['a', 'b']) as unknown as { layer: object[] }).layer).toHaveLength(2);
  });
});
